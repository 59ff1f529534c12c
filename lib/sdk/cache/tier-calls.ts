import { MAX_LIVE_PATTERNS } from '../../cache/library/invalidations.ts';
import { LivePatternsError, TierUnavailableError } from '../../cache/library/shared-tier.ts';
import {
  type CacheTierAnswerTo,
  type CacheTierOperation,
  type CacheTierRequest,
  cacheTierAnswer,
} from '../../contracts/cache-tier.ts';
import { problem } from '../../contracts/problem.ts';
import { route } from '../../contracts/routes.ts';
import { type Backoff, backoffMs, retryAfterMs } from '../backoff.ts';
import { httpRequestOf } from '../http-request.ts';
import { pause } from '../retry.ts';

export interface TierAddress {
  /** Where Headroom is, without a slash at the end. */
  base: string;
  apiKey: string;
  /** As the API names it. */
  namespace: string;
  /** For a call with all its tries. */
  timeoutMs: number;
  fetch: typeof fetch;
}

/** An answer came, and it is a refusal; `status` tells which. */
export class TierRefusedError extends Error {
  override name = 'TierRefusedError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export type Asked<Op extends CacheTierOperation> = Omit<Extract<CacheTierRequest, { op: Op }>, 'op'>;

/** May be done twice: what happens is the same. An invalidation takes another number then, which kills nothing more. */
const repeatable: ReadonlySet<CacheTierOperation> = new Set([
  'read',
  'changes',
  'usage',
  'invalidate',
  'renew',
  'release',
]);
const unavailable: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);
const MAX_TRIES = 3;
const backoff: Backoff = { baseMs: 50, maxMs: 1_000 };

/** Whom errors are said to come from: which of its tiers failed, the deployment keeps to itself. */
const TIER = 'remote';

const parsedJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

type Tried = { answer: unknown } | { failed: Error; retryAfterMs: number };

/** Calls of one namespace's tier over HTTP. */
export class TierCalls {
  readonly #address: TierAddress;

  constructor(address: TierAddress) {
    this.#address = address;
  }

  /**
   * @throws TierUnavailableError when no answer comes in time, or one that says so; LivePatternsError; TierRefusedError for all
   *   that another try would not change
   */
  async ask<Op extends CacheTierOperation>(op: Op, asked: Asked<Op>): Promise<CacheTierAnswerTo<Op>> {
    const { base, apiKey, namespace, timeoutMs } = this.#address;
    const { url, init } = httpRequestOf(base, apiKey, route('cacheTier'), {
      params: { namespace },
      body: { op, ...asked },
    });
    const deadline = AbortSignal.timeout(timeoutMs);
    for (let tries = 1; ; tries++) {
      const tried = await this.#try(url, { ...init, signal: deadline });
      if ('answer' in tried) return this.#answerTo(op, tried.answer);
      const waitMs = Math.max(tried.retryAfterMs, backoffMs(tries, backoff));
      if (!repeatable.has(op) || tries === MAX_TRIES || deadline.aborted) throw tried.failed;
      await pause(waitMs, deadline).catch(() => {
        throw tried.failed;
      });
    }
  }

  async #try(url: string, init: RequestInit): Promise<Tried> {
    const { base, timeoutMs } = this.#address;
    let response: Response;
    let text: string;
    try {
      response = await this.#address.fetch(url, init);
      text = await response.text();
    } catch (cause) {
      const isLate = init.signal?.aborted === true;
      const why = isLate ? `${base} has not answered within ${timeoutMs} ms` : `${base} cannot be reached`;
      return { failed: new TierUnavailableError(TIER, why, { cause }), retryAfterMs: 0 };
    }
    if (response.ok) return { answer: parsedJson(text) };
    const { code, detail } = problem.safeParse(parsedJson(text)).data ?? {};
    const afterMs = retryAfterMs(response.headers.get('retry-after')) ?? 0;
    if (code === 'too-many-patterns') throw new LivePatternsError(MAX_LIVE_PATTERNS, Math.ceil(afterMs / 1_000) || 1);
    const why = detail?.replace(/\.$/, '') ?? `${base} answered ${response.status}, and not as Headroom does`;
    if (unavailable.has(response.status)) return { failed: new TierUnavailableError(TIER, why), retryAfterMs: afterMs };
    throw new TierRefusedError(response.status, `${why}.`);
  }

  #answerTo<Op extends CacheTierOperation>(op: Op, answer: unknown): CacheTierAnswerTo<Op> {
    const parsed = cacheTierAnswer.safeParse(answer);
    if (parsed.success && parsed.data.op === op) return parsed.data as CacheTierAnswerTo<Op>;
    const why = `${this.#address.base} answers what this version of the SDK does not know`;
    throw new TierUnavailableError(TIER, why, { cause: parsed.error });
  }
}
