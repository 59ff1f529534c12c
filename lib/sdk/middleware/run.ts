import type { Answer } from './answer.ts';
import { type CacheStatusParameters, cacheStatus } from './cache-status.ts';
import { fieldsOfNotModified, isNotModified, type Precondition } from './conditional.ts';
import { fieldOf, type HeaderFields } from './header-fields.ts';
import type { Recording } from './recording.ts';
import type { StoredResponse } from './stored-response.ts';

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
  /** May be served at once, while the handler makes it anew behind the client's back. */
  stale?: (() => Answer) | undefined;
  /** What is stored, and what becomes of it when the handler says that it is still right. */
  previous?: { stored: StoredResponse; renewed: (stored: StoredResponse) => Answer } | undefined;
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

  /** Whether the body is still wanted. */
  get isRecording(): boolean {
    return this.#parts.recording?.isOpen ?? false;
  }

  /** What may be served at once, by those who can call their handler again without this client; it is for them to call it then. */
  get stale(): RunParts['stale'] {
    return this.#parts.stale;
  }

  /** Fields by which the handler may be asked whether what is stored is still right; with its 304, `notModified` is to be called. */
  get validators(): HeaderFields {
    const { headers = [] } = this.#parts.previous?.stored ?? {};
    const etag = fieldOf(headers, 'etag');
    if (etag !== undefined) return [['if-none-match', etag]];
    const lastModified = fieldOf(headers, 'last-modified');
    return lastModified === undefined ? [] : [['if-modified-since', lastModified]];
  }

  /** @returns what is stored, with the fields of the 304; undefined when it was not asked by `validators` */
  notModified(headers: HeaderFields): Answer | undefined {
    const { previous, recording } = this.#parts;
    if (previous === undefined || recording === undefined) return undefined;
    return previous.renewed(recording.revalidated(previous.stored, headers));
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
