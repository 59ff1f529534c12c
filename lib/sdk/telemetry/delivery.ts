import { type Backoff, backoffMs, retryAfterMs } from '../backoff.ts';
import type { OwnErrors } from './own-errors.ts';
import type { Post, PostAnswer } from './post.ts';
import type { Spool } from './spool.ts';

const backoff: Backoff = { baseMs: 1_000, maxMs: 60_000 };
const maxRetryAfterMs = 300_000;

/** Made once, sent until Headroom has it or it is given up: the same sequence always carries the same windows. */
interface Batch {
  readonly body: string;
  readonly windows: readonly string[];
}

type Verdict =
  | { readonly kind: 'taken' }
  | { readonly kind: 'refused'; readonly why: string; readonly isForContents: boolean }
  | { readonly kind: 'again'; readonly why: string; readonly waitMs?: number };

/**
 * Given up is only what Headroom itself refuses, and what no gateway will ever let through. Anything else that is no success may
 * come from what stands in Headroom's place for a while: a proxy's page, a redirect, somebody else's 404.
 */
function judge({ status, retryAfter, contentType = '' }: PostAnswer): Verdict {
  if (status === 202) return { kind: 'taken' };
  const isRefusal = status >= 400 && status < 500 && status !== 429;
  if (isRefusal && (contentType.startsWith('application/problem+json') || status === 413)) {
    const isForContents = status === 400 || status === 422;
    return { kind: 'refused', why: `Headroom answered ${status}${hintFor(status)}`, isForContents };
  }
  const waitMs = retryAfterMs(retryAfter);
  const why = `Headroom answered ${status}${hintFor(status)}`;
  return waitMs === undefined
    ? { kind: 'again', why }
    : { kind: 'again', why, waitMs: Math.min(maxRetryAfterMs, waitMs) };
}

/** What is wrong when it is not Headroom. */
function hintFor(status: number): string {
  if (status === 429 || status >= 500) return '';
  return `; please check ${status === 401 || status === 403 ? 'HEADROOM_API_KEY' : 'HEADROOM_URL and HEADROOM_PROJECT'}`;
}

/** Who reports. */
export interface Identity {
  instance: string;
  sdk: string;
  serviceVersion?: string;
}

/** Brings what is in the spool to Headroom, one batch at a time, in order. */
export class Delivery {
  readonly #spool: Spool;
  readonly #post: Post;
  readonly #errors: OwnErrors;
  readonly #identity: Identity;
  #sequence = 0;
  #batch: Batch | undefined;
  /** Of a batch whose contents were refused: each is sent by itself, so that one wrong figure costs its own window alone. */
  #single: string[] = [];
  #failures = 0;
  #running: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;
  /** Set by `Retry-After`: nothing is sent before. */
  #closedUntilMs = 0;

  constructor(spool: Spool, post: Post, errors: OwnErrors, identity: Identity) {
    this.#spool = spool;
    this.#post = post;
    this.#errors = errors;
    this.#identity = identity;
  }

  /** Whether something waits to be sent, or is on its way. */
  get hasWork(): boolean {
    return this.#batch !== undefined || this.#single.length > 0 || this.#spool.size > 0;
  }

  /** Sends what is there, unless a failed try waits to be repeated. */
  async start(): Promise<void> {
    if (this.#retry === undefined) await this.sendNow();
  }

  /** Sends what is there, without waiting for the next try to be due; ends at the first failure. Never rejects. */
  sendNow(): Promise<void> {
    this.#running ??= this.#send().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #send(): Promise<void> {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    const closedMs = this.#closedUntilMs - performance.now();
    if (closedMs > 0) return this.#tryAgainIn(closedMs);
    for (;;) {
      this.#batch ??= this.#nextBatch();
      if (this.#batch === undefined) return;
      const verdict = await this.#try(this.#batch);
      if (verdict.kind === 'again') {
        this.#failures++;
        this.#errors.report(`Telemetry waits: ${verdict.why}.`);
        if (verdict.waitMs !== undefined) this.#closedUntilMs = performance.now() + verdict.waitMs;
        return this.#tryAgainIn(verdict.waitMs ?? backoffMs(this.#failures, backoff));
      }
      if (verdict.kind === 'refused') this.#refused(this.#batch, verdict);
      this.#failures = 0;
      this.#batch = undefined;
    }
  }

  async #try(batch: Batch): Promise<Verdict> {
    try {
      return judge(await this.#post(batch.body));
    } catch (error) {
      return { kind: 'again', why: error instanceof Error ? error.message : String(error) };
    }
  }

  #refused({ windows }: Batch, { why, isForContents }: Extract<Verdict, { kind: 'refused' }>): void {
    if (isForContents && windows.length > 1) {
      this.#single = [...windows];
      return;
    }
    this.#spool.countDropped(windows.length);
    this.#errors.report(`Telemetry was given up: ${why}.`);
  }

  #nextBatch(): Batch | undefined {
    const alone = this.#single.shift();
    const windows = alone === undefined ? this.#spool.take() : [alone];
    if (windows.length === 0) return undefined;
    const head = JSON.stringify({
      ...this.#identity,
      sequence: this.#sequence++,
      dropped: this.#spool.dropped,
      errors: this.#errors.count,
    });
    return { body: `${head.slice(0, -1)},"windows":[${windows.join(',')}]}`, windows };
  }

  #tryAgainIn(waitMs: number): void {
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      void this.sendNow();
    }, waitMs).unref();
  }
}
