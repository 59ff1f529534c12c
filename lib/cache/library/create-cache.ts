import { EventEmitter } from 'node:events';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { cacheNamespace } from '../../contracts/cache.ts';
import { type CachePolicyInput, cachePolicy } from '../../contracts/cache-policy.ts';
import { Background } from './background.ts';
import type { Cache } from './cache.ts';
import { type CacheClock, systemClock } from './clock.ts';
import { checkCompression } from './compression.ts';
import type { CacheEvents } from './events.ts';
import type { TierNotice } from './guarded-store.ts';
import type { Held } from './held.ts';
import { CacheInputError } from './input-error.ts';
import { LogFollower } from './log-follower.ts';
import { MemoryTier } from './memory-tier.ts';
import { openShared } from './open-shared.ts';
import { Recorder } from './recorder.ts';
import { jsonSerializer, type Serializer } from './serializer.ts';
import { SingleFlight } from './single-flight.ts';
import { TieredCache } from './tiered-cache.ts';
import { memory, type TierSpec } from './tiers.ts';
import { type Random, TtlPlan } from './ttl.ts';
import type { CacheTuning } from './tuning.ts';
import { ValueCodec } from './value-codec.ts';

export interface CacheOptions<V> {
  /** What is shared with all who name it so: up to 81 characters of a-z, 0-9, `-`, and one `.` between its two parts. */
  namespace: string;
  /** From the nearest to the lowest, each at most once; memory alone when left out. */
  tiers?: readonly TierSpec[];
  policy?: CachePolicyInput;
  /** Values are checked by it when they are stored and when they are read from a shared tier; any Standard Schema, such as zod's. */
  schema?: StandardSchemaV1<unknown, V>;
  /** JSON when left out. */
  serializer?: Serializer<V>;
  clock?: CacheClock;
  random?: Random;
  /** Changes it while it lives, with others. */
  tuning?: CacheTuning;
}

/**
 * A cache for one namespace, over any subset of the tiers.
 * @throws CacheInputError `invalid-policy`, or `invalid-namespace`
 */
export function createCache<V>(options: CacheOptions<V>): Cache<V> {
  const { namespace, tiers = [memory()], clock = systemClock, random = Math.random } = options;
  if (!cacheNamespace.safeParse(namespace).success) {
    throw new CacheInputError(
      'invalid-namespace',
      `A namespace is a name, or two with a dot between, of 1 to 40 characters of a-z, 0-9 and -; not \`${String(namespace).slice(0, 100)}\`.`,
    );
  }
  const policy = policyOf(options.policy);
  checkCompression(policy.compression);
  const events = new EventEmitter<CacheEvents>();
  const recorder = new Recorder();
  const notify = (notice: TierNotice): void => {
    if (notice.event === 'tier-error') events.emit('tier-error', notice);
    else events.emit(notice.event, { tier: notice.tier });
  };
  const shared = openShared(tiers, { namespace, clock, notify });
  const follower = new LogFollower(shared, policy.coherence, clock);
  const near = tiers.find((tier) => tier.kind === 'memory');
  const limits = near && {
    limitMb: near.limitMb ?? policy.memoryLimitMb,
    maxEntries: near.maxEntries ?? policy.maxEntries,
  };
  const memoryTier =
    limits && new MemoryTier<V>(limits, follower.known, clock, (key, held) => recorder.left(key, held));
  if (memoryTier !== undefined && limits !== undefined) options.tuning?.follow(memoryTier.store, limits);
  return new TieredCache<V>(namespace, {
    policy,
    tuning: options.tuning,
    clock,
    random,
    memory: memoryTier,
    shared,
    follower,
    codec: new ValueCodec<V>({
      serializer: options.serializer ?? (jsonSerializer as Serializer<V>),
      schema: options.schema,
      compression: policy.compression,
      maxValueBytes: policy.maxValueBytes,
    }),
    ttl: new TtlPlan(policy, random, options.tuning),
    flights: new SingleFlight<Held<V>>(clock.monotonic),
    recorder,
    events,
    background: new Background(),
  });
}

function policyOf(input: CachePolicyInput = {}) {
  const parsed = cachePolicy.safeParse(input);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? 'it' : `\`${issue.path.join('.')}\``;
  throw new CacheInputError(
    'invalid-policy',
    `The policy is wrong at ${where}: ${issue?.message ?? 'no reason given'}.`,
  );
}
