import fc from 'fast-check';
import type { CacheCoherence, CacheTierChoice } from '../../../../lib/contracts/cache-policy.ts';
import type { Target } from './truth.ts';

export const INSTANCES = 4;
export const modelKeys = ['user:1', 'user:2', 'item:1'] as const;
const modelTags = ['red', 'blue'];

/** Steps that a process goes at once: what is left waits, and other commands come between. */
export const TO_THE_END = 99;

export type Command =
  | {
      do: 'load';
      by: number;
      key: string;
      tags: readonly string[];
      ttlMs: number;
      tier: CacheTierChoice;
      /** `nothing` is remembered too. */
      outcome: 'value' | 'failure' | 'nothing';
      force: boolean;
      steps: number;
    }
  | { do: 'lookup'; by: number; key: string; epoch: boolean; refreshTtl: boolean; steps: number }
  | { do: 'get'; by: number; key: string; steps: number }
  | { do: 'getMany'; by: number; keys: readonly string[]; epoch: boolean; steps: number }
  | {
      do: 'set';
      by: number;
      key: string;
      tags: readonly string[];
      ttlMs: number;
      tier: CacheTierChoice;
      steps: number;
    }
  | { do: 'invalidate'; by: number; target: Target; soft: boolean; steps: number }
  | { do: 'delete'; by: number; key: string; steps: number }
  /** A process goes on by so many steps. */
  | { do: 'run'; by: number; steps: number; isNewest: boolean }
  /** One step of anybody's, in any order. */
  | { do: 'shuffle'; picks: readonly number[] }
  | { do: 'advance'; ms: number }
  | { do: 'redis'; is: 'down' | 'up' | 'emptied' }
  | { do: 'evict'; key: string }
  /** Leave to load it is over, as when its holder was frozen for long. */
  | { do: 'lapse'; key: string }
  | { do: 'throttle'; calls: number }
  | { do: 'freeze' | 'thaw'; by: number }
  | { do: 'restart'; by: number; crash: boolean }
  /** When all is well and at rest: an invalidation whose count is compared with what is stored. */
  | { do: 'count'; by: number; target: Target; soft: boolean };

/** Two of them more often: what happens between two is most of what can happen. */
const by = fc.constantFrom(0, 0, 0, 1, 1, 1, 2, 3);
/** One key more often: what happens to one is what matters. */
const key = fc.constantFrom<string>('user:1', 'user:1', 'user:1', ...modelKeys);
const tags = fc.constantFrom<readonly string[]>([], ['red'], ['red', 'blue']);
const ttlMs = fc.constantFrom(60, 500, 60_000, 60_000, 60_000, 60_000);
const tier = fc.constantFrom<CacheTierChoice>('auto', 'auto', 'auto', 'redis', 'dynamodb');
/** A load has about ten. */
const steps = fc.oneof({ weight: 1, arbitrary: fc.nat(10) }, { weight: 1, arbitrary: fc.constant(TO_THE_END) });
const target = fc.constantFrom<Target>(
  { kind: 'keys', values: ['user:1'] },
  { kind: 'keys', values: ['user:1', 'item:1'] },
  ...modelTags.map((tag): Target => ({ kind: 'tags', values: [tag] })),
  { kind: 'pattern', values: ['user:*'] },
  { kind: 'pattern', values: ['*:1'] },
  { kind: 'clear', values: [] },
);
const isSeldom = fc.nat(7).map((one) => one === 7);
const isOften = fc.boolean();

type Weighted = { weight: number; arbitrary: fc.Arbitrary<Command> };

const calls: Weighted[] = [
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('load' as const),
      by,
      key,
      tags,
      ttlMs,
      tier,
      outcome: fc.nat(9).map((one) => (one === 0 ? 'failure' : one === 1 ? 'nothing' : 'value')),
      force: isSeldom,
      steps,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('lookup' as const), by, key, epoch: isSeldom, refreshTtl: isSeldom, steps }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('get' as const), by, key, steps }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('getMany' as const),
      by,
      keys: fc.constant<readonly string[]>(modelKeys),
      epoch: isSeldom,
      steps,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('set' as const), by, key, tags, ttlMs, tier, steps }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('invalidate' as const), by, target, soft: isSeldom, steps }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), by, key, steps }) },
  { weight: 10, arbitrary: fc.record({ do: fc.constant('run' as const), by, steps, isNewest: isOften }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('shuffle' as const), picks: fc.array(fc.nat(30), { maxLength: 8 }) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('lapse' as const), key }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.constantFrom(1, 10, 70) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('count' as const), by, target, soft: isSeldom }) },
];

const troubles: Weighted[] = [
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.constantFrom(130, 600, 1_500, 12_000) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('redis' as const), is: fc.constantFrom('down', 'up', 'up', 'emptied') }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('evict' as const), key }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('throttle' as const), calls: fc.constantFrom(1, 3, 1_000, 0) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('freeze' as const), by }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('thaw' as const), by }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('restart' as const), by, crash: isOften }) },
];

/**
 * A load is under way while something else is done with its key, and then goes on, and somebody looks: by chance alone this would
 * seldom come about.
 */
function race(between: fc.Arbitrary<Command>): fc.Arbitrary<Command[]> {
  return fc
    .record({
      load: fc.tuple(by, tags, isSeldom, fc.integer({ min: 2, max: 9 })),
      key,
      isLapsed: isOften,
      between: fc.array(between, { minLength: 1, maxLength: 4 }),
      looks: fc.option(by, { nil: undefined, freq: 2 }),
    })
    .map(({ load: [loads, ofLoad, force, begun], key: raced, isLapsed, between: commands, looks = loads }) => [
      {
        do: 'load',
        by: loads,
        key: raced,
        tags: ofLoad,
        ttlMs: 60_000,
        tier: 'auto',
        outcome: 'value',
        force,
        steps: begun,
      },
      ...(isLapsed ? [{ do: 'lapse' as const, key: raced }] : []),
      ...commands.map((each) => ('key' in each ? { ...each, key: raced } : each)),
      { do: 'run', by: loads, steps: TO_THE_END, isNewest: false },
      { do: 'lookup', by: looks, key: raced, epoch: false, refreshTtl: false, steps: TO_THE_END },
    ]);
}

/** Redis is down while something is invalidated, and up again when somebody looks. */
const outage = fc
  .record({ by, key, looks: by, target, set: isOften, isEmptied: isOften })
  .map(({ by: changes, key: hit, looks, target: killed, set, isEmptied }): Command[] => [
    { do: 'redis', is: 'down' },
    set
      ? { do: 'set', by: changes, key: hit, tags: [], ttlMs: 60_000, tier: 'auto', steps: TO_THE_END }
      : { do: 'invalidate', by: changes, target: killed, soft: false, steps: TO_THE_END },
    { do: 'redis', is: isEmptied ? 'emptied' : 'up' },
    { do: 'restart', by: looks, crash: true },
    { do: 'lookup', by: looks, key: hit, epoch: false, refreshTtl: false, steps: TO_THE_END },
  ]);

/** Who is cut off asks for what it is loading already, while somebody else sets it. */
const cutOff = fc
  .record({ by, key, begun: fc.integer({ min: 2, max: 8 }), sets: by })
  .map(({ by: loads, key: hit, begun, sets }): Command[] => {
    const load = { do: 'load', by: loads, key: hit, tags: [], ttlMs: 60_000, tier: 'auto', outcome: 'value' } as const;
    return [
      { ...load, force: false, steps: begun },
      { do: 'set', by: sets, key: hit, tags: [], ttlMs: 60_000, tier: 'auto', steps: TO_THE_END },
      { do: 'redis', is: 'down' },
      { do: 'throttle', calls: 3 },
      { ...load, force: false, steps: 2 },
      { do: 'redis', is: 'up' },
      { do: 'run', by: loads, steps: TO_THE_END, isNewest: false },
    ];
  });

/** In half of the histories hardly anything goes wrong, so that calls get far into each other. */
const calm = fc.oneof(...calls);
const troubled = fc.oneof(...calls, ...troubles);

const some = (command: fc.Arbitrary<Command>, scene: fc.Arbitrary<Command[]>, maxLength: number) =>
  fc
    .array(fc.oneof({ weight: 2, arbitrary: command.map((one) => [one]) }, { weight: 1, arbitrary: scene }), {
      minLength: 1,
      maxLength,
      size: 'max',
    })
    .map((parts) => parts.flat());

export const tierSets = {
  memory: ['memory'],
  redis: ['redis'],
  dynamodb: ['dynamodb'],
  'redis and dynamodb': ['redis', 'dynamodb'],
  'memory and redis': ['memory', 'redis'],
  'memory and dynamodb': ['memory', 'dynamodb'],
  'all three': ['memory', 'redis', 'dynamodb'],
} as const;
export type TierSetName = keyof typeof tierSets;

export interface Plan {
  tiers: TierSetName;
  coherence: CacheCoherence;
  staleWhileRevalidateMs: number;
  staleIfErrorMs: number;
  /** The last key is always kept in memory alone: what is only sometimes is out of the reach of a `set` elsewhere. */
  isItemHere: boolean;
  commands: readonly Command[];
}

/** Memory alone, which has fewest parts, half as often as the others. */
const shared: readonly TierSetName[] = [
  'redis',
  'dynamodb',
  'redis and dynamodb',
  'memory and redis',
  'memory and dynamodb',
  'all three',
];
const tierSetNames: readonly TierSetName[] = ['memory', ...shared, ...shared];

const coherences: readonly CacheCoherence[] = ['strict', 'strict', { boundedMs: 100 }, { boundedMs: 1_000 }, 'none'];

/** A history: what is called, in which order everything goes on, and what goes wrong meanwhile. */
export const plan = (maxLength: number): fc.Arbitrary<Plan> =>
  fc.record({
    tiers: fc.constantFrom(...tierSetNames),
    coherence: fc.constantFrom(...coherences),
    staleWhileRevalidateMs: fc.constantFrom(0, 0, 1_000),
    staleIfErrorMs: fc.constantFrom(0, 0, 2_000),
    isItemHere: isOften,
    commands: fc.oneof(
      some(calm, race(calm), maxLength),
      some(troubled, fc.oneof(race(troubled), race(calm), outage, cutOff), maxLength),
    ),
  });
