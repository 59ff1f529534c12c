import { strongEtag } from '../../cache/library/entry.ts';
import { fieldOf, type HeaderFields, keptFields } from './header-fields.ts';
import type { VaryValue } from './response-key.ts';
import { type RefusalReason, type Storability, type StorableOptions, storability } from './storable.ts';
import { type CachedRecord, keptSeconds, type StoredResponse, storedBody } from './stored-response.ts';

/** What an answer came to for all who wait for it. */
export interface Outcome {
  record: CachedRecord;
  /** 0: it is kept by nobody. */
  keptSeconds: number;
  tags: readonly string[];
}

export interface RecordingOptions extends StorableOptions {
  isAuthorized: boolean;
  now: () => number;
  /** For how long it is remembered that an answer is not shared. */
  passSeconds: number;
  /** The request's values of these fields. */
  varyValues: (names: readonly string[]) => VaryValue[];
  tags: (status: number, headers: HeaderFields) => readonly string[];
  /** Whether the user wants this answer stored, which may be. */
  /** Told when one of the two throws, which counts as no. */
  onError: (error: unknown) => void;
  accepts: (status: number, headers: HeaderFields) => boolean;
}

interface Head {
  status: number;
  headers: HeaderFields;
  judged: Extract<Storability, { vary: unknown }>;
  tags: readonly string[];
  at: number;
}

/**
 * Takes down the answer that one caller is given, to share it with others if that may be. Invariant: an outcome that holds
 * anything of the answer is one that may be stored, and whole. As soon as it is clear that there will be none, whoever waits is let go.
 */
export class Recording {
  readonly outcome: Promise<Outcome>;
  /** Resolves when the answer has been stored, or will not be. */
  stored: Promise<void> = Promise.resolve();
  refused: RefusalReason | undefined;
  readonly #options: RecordingOptions;
  #resolve: (outcome: Outcome) => void = () => undefined;
  #head: Head | undefined;
  #chunks: Uint8Array[] = [];
  #bytes = 0;

  constructor(options: RecordingOptions) {
    this.#options = options;
    this.outcome = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** Whether pieces of the body are taken down. */
  get isOpen(): boolean {
    return this.#head !== undefined;
  }

  head(status: number, headers: HeaderFields): void {
    const at = this.#options.now();
    const judged = storability(status, headers, this.#options.isAuthorized, at, this.#options);
    if ('refused' in judged) {
      this.#refuse(status, judged.refused);
      return;
    }
    try {
      if (this.#options.accepts(status, headers)) {
        this.#head = { status, headers, judged, tags: this.#options.tags(status, headers), at };
        return;
      }
    } catch (error) {
      this.#options.onError(error);
    }
    this.#refuse(status, 'skipped');
  }

  chunk(bytes: Uint8Array): void {
    if (this.#head === undefined) return;
    this.#bytes += bytes.length;
    if (this.#bytes > this.#options.maxBodyBytes) this.#refuse(this.#head.status, 'too-large');
    // The handler may use its buffer again.
    else this.#chunks.push(Uint8Array.from(bytes));
  }

  end(): void {
    const head = this.#head;
    const body = Buffer.concat(this.#chunks);
    const announced = head && fieldOf(head.headers, 'content-length');
    // Shorter than it said: something was lost on the way.
    if (head === undefined || (announced !== undefined && Number(announced) !== body.length)) this.abort();
    else
      this.#settle({
        record: this.#record(head, body),
        keptSeconds: keptSeconds(head.judged.lifetime),
        tags: head.tags,
      });
  }

  /**
   * The answer is still what was stored, with these fields anew (RFC 9111, 3.2 and 4.3.4).
   * @returns it, whether it is stored again or not
   */
  revalidated(previous: StoredResponse, fields: HeaderFields): StoredResponse {
    const at = this.#options.now();
    const renewed = keptFields(fields).filter(([name]) => !name.startsWith('content-') && name !== 'etag');
    const names = new Set(renewed.map(([name]) => name));
    const headers = [...previous.headers.filter(([name]) => !names.has(name)), ...renewed];
    const judged = storability(previous.status, headers, this.#options.isAuthorized, at, this.#options);
    if ('refused' in judged) {
      this.#refuse(previous.status, judged.refused);
      return { ...previous, headers, storedAt: at };
    }
    const { lifetime, vary } = judged;
    const record = { ...previous, headers, storedAt: at, lifetime, vary: this.#options.varyValues(vary) };
    const tags = this.#options.tags(previous.status, headers);
    this.#settle({ record, keptSeconds: keptSeconds(lifetime), tags });
    return record;
  }

  /** Nothing is known of the answer, or not all of it: the next one who asks tries again. */
  abort(): void {
    this.#settle({ record: { kind: 'none' }, keptSeconds: 0, tags: [] });
  }

  #record({ status, headers, judged, at }: Head, body: Uint8Array): StoredResponse {
    const kept = keptFields(headers);
    // Not where it would be taken for one of the origin's.
    const givesEtag = (this.#options.revalidateSeconds ?? 0) === 0;
    if (givesEtag && status === 200 && fieldOf(kept, 'etag') === undefined) {
      const type = `${fieldOf(kept, 'content-type')} ${fieldOf(kept, 'content-encoding')}`;
      kept.push(['etag', `"${strongEtag(body, type)}"`]);
    }
    if (fieldOf(kept, 'date') === undefined) kept.push(['date', new Date(at).toUTCString()]);
    return {
      kind: 'response',
      status,
      headers: kept,
      body: storedBody(body),
      vary: this.#options.varyValues(judged.vary),
      storedAt: at,
      lifetime: judged.lifetime,
    };
  }

  /** What fails now may be fine in a moment; what is one caller's affair will be so for a while. */
  #refuse(status: number, reason: RefusalReason): void {
    this.refused = reason;
    const keptSeconds = status >= 500 || status === 429 ? 0 : this.#options.passSeconds;
    this.#settle({ record: { kind: 'pass', reason }, keptSeconds, tags: [] });
  }

  #settle(outcome: Outcome): void {
    this.#head = undefined;
    this.#chunks = [];
    this.#resolve(outcome);
  }
}
