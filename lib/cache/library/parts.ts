import type { EventEmitter } from 'node:events';
import type { CachePolicy } from '../../contracts/cache-policy.ts';
import type { Background } from './background.ts';
import type { CacheClock } from './clock.ts';
import type { CacheEvents } from './events.ts';
import type { Held } from './held.ts';
import type { LogFollower } from './log-follower.ts';
import type { MemoryTier } from './memory-tier.ts';
import type { Recorder } from './recorder.ts';
import type { SharedTier } from './shared-tier.ts';
import type { SingleFlight } from './single-flight.ts';
import type { Random, TtlPlan } from './ttl.ts';
import type { CacheTuning } from './tuning.ts';
import type { ValueCodec } from './value-codec.ts';

/** What a cache is made of: each part of its behaviour takes what it needs. */
export interface CacheParts<V> {
  readonly policy: CachePolicy;
  readonly tuning?: Pick<CacheTuning, 'tuned'> | undefined;
  readonly clock: CacheClock;
  /** 0 to below 1. */
  readonly random: Random;
  readonly memory: MemoryTier<V> | undefined;
  readonly shared: SharedTier | undefined;
  readonly follower: LogFollower;
  readonly codec: ValueCodec<V>;
  readonly ttl: TtlPlan;
  /** The loads that run in this process. */
  readonly flights: SingleFlight<Held<V>>;
  readonly recorder: Recorder;
  readonly events: EventEmitter<CacheEvents>;
  readonly background: Background;
}
