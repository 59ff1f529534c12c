import type { Clock } from '../../clock.ts';
import { DomainError } from '../../errors.ts';
import type { Caller } from '../authenticate.ts';
import type { Quota, Taken } from './bucket.ts';
import { Buckets } from './buckets.ts';

/** `data`: what services send and fetch by themselves, as often as they have requests. `requests`: all else. */
export type TrafficClass = 'requests' | 'data';

/** A thousand instances of a service report with one key, while people and their tools use another. */
const dataFactor = 20;
const maxCallers = 10_000;
const maxAddresses = 10_000;
/** A secret of 256 bits is not guessed at any rate: this bounds what the guessing costs. */
const failuresPerMinute = 300;

export interface Allowance {
  isAllowed: boolean;
  /** As the IETF's draft (draft-ietf-httpapi-ratelimit-headers-10) writes them, in small letters. */
  headers: Readonly<Record<string, string>>;
  retryAfterSeconds: number;
}

/** How often somebody may ask this process of a function. Other processes count for themselves: n of them allow n times as much. */
export class RateLimits {
  readonly #clock: Clock;
  readonly #perMinute: number;
  readonly #callers: Record<TrafficClass, Buckets>;
  readonly #addresses = new Buckets(maxAddresses);

  /** @param perMinute of a caller whose key says nothing itself */
  constructor(perMinute: number, clock: Clock) {
    this.#perMinute = perMinute;
    this.#clock = clock;
    this.#callers = { requests: new Buckets(maxCallers), data: new Buckets(maxCallers) };
  }

  take({ id, requestsPerMinute }: Caller, traffic: TrafficClass): Allowance {
    const perMinute = (requestsPerMinute ?? this.#perMinute) * (traffic === 'data' ? dataFactor : 1);
    const taken = this.#callers[traffic].take(id, this.#clock(), { perMinute });
    return {
      isAllowed: taken.isAllowed,
      headers: {
        'ratelimit-policy': `"${traffic}";q=${perMinute};w=60`,
        ratelimit: `"${traffic}";r=${taken.remaining};t=${Math.ceil(taken.fullInMs / 1000)}`,
      },
      retryAfterSeconds: secondsOf(taken),
    };
  }

  /**
   * Before a key or token is looked up that this process does not know.
   * @throws DomainError too-many-requests where too many from the address proved nothing
   */
  requireFewFailures(address: string): void {
    const taken = this.#addresses.look(address, this.#clock(), failureQuota);
    if (taken.isAllowed) return;
    throw new DomainError(
      'too-many-requests',
      'Too many requests from this address had no key or token that is taken.',
      {
        retryAfterSeconds: secondsOf(taken),
      },
    );
  }

  noteFailure(address: string): void {
    this.#addresses.take(address, this.#clock(), failureQuota);
  }
}

const failureQuota: Quota = { perMinute: failuresPerMinute };

const secondsOf = ({ waitMs }: Taken): number => Math.max(1, Math.ceil(waitMs / 1000));
