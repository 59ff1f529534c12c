import { maxTtlSeconds, minTtlSeconds } from '../../contracts/cache-policy.ts';
import type { EntryHead } from './entry.ts';
import { CacheInputError } from './input-error.ts';
import { checkTtlSeconds } from './limits.ts';
import type { CacheTuning } from './tuning.ts';

export interface TtlRule {
  prefix: string;
  ttlSeconds: number;
}

export interface TtlPolicy {
  defaultTtlSeconds: number;
  /** For keys that begin so; of several the longest prefix counts. */
  ttlRules: readonly TtlRule[];
  /** How long it is remembered that there is no value; the key's own TTL when left out. */
  negativeTtlSeconds?: number | undefined;
  /** By how much of itself a TTL is shortened at most, at random, so that what was set together does not expire together. */
  jitterPercent: number;
  staleWhileRevalidateSeconds: number;
  staleIfErrorSeconds: number;
}

export interface TtlRequest {
  key: string;
  /** Asked for with the value. */
  ttlSeconds?: number | undefined;
  /** Set by the loader, which knows the value: it goes before all others. 0 keeps the value out of the cache. */
  adaptiveTtlSeconds?: number | undefined;
  negative?: boolean;
}

export type Lifetime = Pick<EntryHead, 'createdAt' | 'freshUntil' | 'revalidateUntil' | 'expiresAt' | 'ttlMs'>;

/** @returns 0 to below 1, as `Math.random` */
export type Random = () => number;

function checkWindow(name: string, seconds: number): void {
  if (seconds === 0) return;
  try {
    checkTtlSeconds(seconds);
  } catch (cause) {
    throw new CacheInputError('invalid-policy', `\`${name}\` is 0 or a TTL, not ${seconds}.`, { cause });
  }
}

/** The TTL that a policy has for a key. In time proportional to the number of different prefix lengths, not of rules. */
function rulesOf(rules: readonly TtlRule[], defaultTtlSeconds: number): (key: string) => number {
  const byPrefix = new Map(rules.map(({ prefix, ttlSeconds }) => [prefix, ttlSeconds]));
  const lengths = [...new Set(rules.map(({ prefix }) => prefix.length))].sort((a, b) => b - a);
  return (key) => {
    for (const length of lengths) {
      const ttlSeconds = length <= key.length ? byPrefix.get(key.slice(0, length)) : undefined;
      if (ttlSeconds !== undefined) return ttlSeconds;
    }
    return defaultTtlSeconds;
  };
}

const untuned: CacheTuning['tuned'] = {};

/** A namespace's TTLs: how long a value that is stored now is served, and how. */
export class TtlPlan {
  readonly #policy: TtlPolicy;
  readonly #ttlOf: (key: string) => number;
  readonly #random: Random;
  readonly #tuning: Pick<CacheTuning, 'tuned'> | undefined;

  /** @throws CacheInputError `invalid-ttl` or `invalid-policy` */
  constructor(policy: TtlPolicy, random: Random = Math.random, tuning?: Pick<CacheTuning, 'tuned'>) {
    checkTtlSeconds(policy.defaultTtlSeconds);
    for (const { ttlSeconds } of policy.ttlRules) checkTtlSeconds(ttlSeconds);
    if (policy.negativeTtlSeconds !== undefined) checkTtlSeconds(policy.negativeTtlSeconds);
    checkWindow('staleWhileRevalidateSeconds', policy.staleWhileRevalidateSeconds);
    checkWindow('staleIfErrorSeconds', policy.staleIfErrorSeconds);
    if (!(policy.jitterPercent >= 0 && policy.jitterPercent <= 100)) {
      throw new CacheInputError(
        'invalid-policy',
        `\`jitterPercent\` lies between 0 and 100, not at ${policy.jitterPercent}.`,
      );
    }
    this.#policy = policy;
    this.#ttlOf = rulesOf(policy.ttlRules, policy.defaultTtlSeconds);
    this.#random = random;
    this.#tuning = tuning;
  }

  /** Before jitter, and before anybody has tuned it. */
  ttlSeconds({ key, ttlSeconds, adaptiveTtlSeconds, negative = false }: TtlRequest): number {
    const chosen = adaptiveTtlSeconds ?? ttlSeconds ?? (negative ? this.#policy.negativeTtlSeconds : undefined);
    return chosen ?? this.#ttlOf(key);
  }

  /**
   * Jitter only ever shortens: nothing is fresh for longer than was asked for, unless all TTLs are tuned to be longer.
   * @returns undefined when the value is not to be stored at all
   * @throws CacheInputError `invalid-ttl`
   */
  lifetime(request: TtlRequest, nowMs: number): Lifetime | undefined {
    const ttlSeconds = this.ttlSeconds(request);
    if (ttlSeconds === 0 && request.adaptiveTtlSeconds === 0) return undefined;
    checkTtlSeconds(ttlSeconds);
    const { jitterPercent, staleIfErrorSeconds } = this.#policy;
    const { ttlMultiplier, staleWhileRevalidateSeconds = this.#policy.staleWhileRevalidateSeconds } =
      this.#tuning?.tuned ?? untuned;
    const kept = jitterPercent === 0 ? 1 : 1 - (this.#random() * jitterPercent) / 100;
    const tunedSeconds =
      ttlMultiplier === undefined
        ? ttlSeconds
        : Math.min(maxTtlSeconds, Math.max(minTtlSeconds, ttlSeconds * ttlMultiplier));
    const ttlMs = Math.max(1, Math.round(tunedSeconds * 1_000 * kept));
    const freshUntil = nowMs + ttlMs;
    const revalidateUntil = freshUntil + Math.round(staleWhileRevalidateSeconds * 1_000);
    const expiresAt = Math.max(revalidateUntil, freshUntil + Math.round(staleIfErrorSeconds * 1_000));
    return { createdAt: nowMs, freshUntil, revalidateUntil, expiresAt, ttlMs };
  }
}
