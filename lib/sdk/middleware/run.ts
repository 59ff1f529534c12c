import type { Answer } from './answer.ts';
import { type CacheStatusParameters, cacheStatus } from './cache-status.ts';
import { fieldsOfNotModified, isNotModified, type Precondition } from './conditional.ts';
import { fieldOf, type HeaderFields } from './header-fields.ts';
import type { Recording } from './recording.ts';

/** How the head of the handler's answer is sent. */
export type Sent =
  | {
      status: number;
      headers: HeaderFields;
      /** False: the client has the body already, or is given none. */
      hasBody: boolean;
    }
  | { instead: Answer };

export interface RunParts {
  cacheName: string;
  status: CacheStatusParameters;
  method: string;
  /** Takes the answer down for others. */
  recording?: Recording | undefined;
  /** What the client has, when the handler is not to see it: so it makes a whole answer, which serves others too. */
  precondition?: Precondition | undefined;
  /** Fields of the request as the handler is to see them; undefined: not at all. */
  shown?: Readonly<Record<string, string | undefined>>;
  /** Served when the handler fails. */
  onError?: ((why: string) => Answer) | undefined;
  /** Told of the answer before any of it is sent. */
  settle?: ((status: number, headers: HeaderFields) => Promise<void>) | undefined;
}

const nothingShown: Readonly<Record<string, string | undefined>> = {};

/**
 * A request on its way through the handler. Whoever carries it out tells what the handler does: `head` once, `chunk` for every
 * piece of the body, and either `end`, when the whole body was given, or `abort`, when it was cut off.
 */
export class Run {
  readonly #parts: RunParts;
  #hasFailed = false;

  constructor(parts: RunParts) {
    this.#parts = parts;
  }

  get shown(): Readonly<Record<string, string | undefined>> {
    return this.#parts.shown ?? nothingShown;
  }

  /** Whether `head` may answer with something else: its body must not be under way before. */
  get mayReplace(): boolean {
    return this.#parts.onError !== undefined;
  }

  /** To be awaited before anything of the answer is sent, with what `head` is given; undefined when there is nothing to wait for. */
  get settle(): RunParts['settle'] {
    return this.#parts.settle;
  }

  /** The client waits for the body to be stored too: for hosts that freeze what nobody waits for. */
  get stored(): Promise<void> {
    return this.#parts.recording?.stored ?? Promise.resolve();
  }

  head(status: number, headers: HeaderFields): Sent {
    if (this.#hasFailed) return { status, headers, hasBody: true };
    const { recording, precondition, onError } = this.#parts;
    if (status >= 500 && onError !== undefined) {
      recording?.abort();
      return { instead: onError(`status-${status}`) };
    }
    recording?.head(status, headers);
    const told = this.#told(headers);
    if (status === 200 && precondition !== undefined && isNotModified(precondition, headers)) {
      return { status: 304, headers: fieldsOfNotModified(told), hasBody: false };
    }
    return { status, headers: told, hasBody: this.#parts.method !== 'HEAD' };
  }

  /** The handler threw before it answered anything. @returns what is served in its place, if something may be */
  failed(): Answer | undefined {
    this.abort();
    this.#hasFailed = this.#parts.onError !== undefined;
    return this.#parts.onError?.('exception');
  }

  chunk(bytes: Uint8Array): void {
    this.#parts.recording?.chunk(bytes);
  }

  end(): void {
    this.#parts.recording?.end();
  }

  abort(): void {
    this.#parts.recording?.abort();
  }

  #told(headers: HeaderFields): HeaderFields {
    const { cacheName, status, recording } = this.#parts;
    const refused = recording?.refused;
    const parameters = refused === undefined || 'hit' in status ? status : { ...status, detail: refused };
    const field = cacheStatus(cacheName, parameters, fieldOf(headers, 'cache-status'));
    return [...headers.filter(([name]) => name !== 'cache-status'), ['cache-status', field]];
  }
}
