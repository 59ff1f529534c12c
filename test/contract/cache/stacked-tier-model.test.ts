import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { EntryHead } from '../../../lib/cache/library/entry.ts';
import {
  type InvalidationRequest,
  type Lease,
  type SharedTierName,
  TierUnavailableError,
} from '../../../lib/cache/library/shared-tier.ts';
import type { StackedTier } from '../../../lib/cache/library/stacked-tier.ts';
import { CacheLedger } from '../../support/cache-ledger.ts';
import type { Meddle } from '../../support/faulty-tier.ts';
import { matchesEvent, type ReferenceStore } from '../../support/reference-store.ts';
import { stackedReference } from '../../support/stacked-reference.ts';
import { bornAt, decreed, reapAll } from '../../support/tier-entries.ts';

const PROCESSES = 2;
const LEASE_MS = 500;
/** By its key an entry has its home: `m` has another each time. */
const keys = ['a:1', 'r:1', 'd:1', 'm:1'];
const tags = ['red', 'blue'];
const homes = [undefined, 'redis', 'dynamodb'] as const;

/** Whether anything has its home in the mirror: a namespace that has none goes without many events. */
type Above = 'at once' | 'later' | 'never';

function homeOf(key: string, any: SharedTierName | undefined, above: Above): { home?: SharedTierName } {
  const wanted = key.startsWith('r')
    ? 'redis'
    : key.startsWith('d')
      ? 'dynamodb'
      : key.startsWith('m')
        ? any
        : undefined;
  const home = wanted === 'redis' && above === 'never' ? undefined : wanted;
  return home === undefined ? {} : { home };
}

const above = fc.constantFrom<Above>('at once', 'later', 'never');
const by = fc.nat(PROCESSES - 1);
const key = fc.constantFrom(...keys);
const its = fc.subarray(tags);
const home = fc.constantFrom(...homes);
const maxAgeMs = fc.constantFrom(0, 0, 100, 1_000);
const request: fc.Arbitrary<InvalidationRequest> = fc
  .tuple(
    fc.oneof(
      fc.tuple(fc.constant('keys' as const), fc.subarray(keys, { minLength: 1, maxLength: 2 })),
      fc.tuple(fc.constant('tags' as const), fc.subarray(tags, { minLength: 1 })),
      fc.tuple(fc.constant('pattern' as const), fc.constantFrom(['a:*'], ['*:1'])),
      fc.tuple(fc.constant('clear' as const), fc.constant<string[]>([])),
    ),
    fc.boolean(),
  )
  .map(([[kind, values], soft]) => ({ kind, values, soft: soft && kind !== 'clear' }));

const operation = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('read' as const), by, keys: fc.subarray(keys, { minLength: 1 }), maxAgeMs }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('begin' as const), by, key, maxAgeMs, home, its }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('finish' as const), which: fc.nat(3) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('set' as const), by, key, home, its }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('invalidate' as const), by, request }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reap' as const), by, back: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('sweep' as const), by }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('evict' as const),
      by,
      from: fc.constantFrom('redis' as const, 'dynamodb' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('touch' as const), by, key }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(1, 60, 600, 1_500) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('fault' as const),
      mirror: fc.constantFrom(
        'none' as const,
        'none' as const,
        'lagging' as const,
        'lagging' as const,
        'down' as const,
        'silent' as const,
      ),
      owner: fc.constantFrom('none' as const, 'none' as const, 'none' as const, 'down' as const, 'silent' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('forget' as const),
      what: fc.constantFrom('mirror' as const, 'log' as const),
    }),
  },
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

const round = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      at: fc.constant('once' as const),
      lanes: fc.array(fc.array(operation, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ at: fc.constant('restart' as const), by }) },
  { weight: 1, arbitrary: fc.record({ at: fc.constant('count' as const), by, request }) },
);

type Fault = 'none' | 'lagging' | 'down' | 'silent';
type Faults = Record<'owner' | 'mirror', Fault>;

interface Load {
  by: number;
  key: string;
  born: number;
  lease: Lease;
  its: readonly string[];
  text: string;
  home: { home?: SharedTierName };
}

/** Processes that share an owner and a mirror, which fail as they are told, with every step of every operation in any order. */
class World {
  readonly stack = stackedReference();
  readonly ledger = new CacheLedger(this.stack.clock.now);
  readonly processes: StackedTier[] = Array.from({ length: PROCESSES }, () => this.stack.another());
  readonly faults: Faults = { owner: 'none', mirror: 'none' };
  readonly found: string[] = [];
  readonly #scheduler: fc.Scheduler;
  readonly #above: Above;
  readonly #loads: Load[] = [];
  readonly #events: Awaited<ReturnType<StackedTier['invalidate']>>[] = [];

  constructor(scheduler: fc.Scheduler, above: Above) {
    this.#scheduler = scheduler;
    this.#above = above;
    this.stack.hands.owner = this.#meddle('owner', 'dynamodb');
    this.stack.hands.mirror = this.#meddle('mirror', 'redis');
  }

  fail(faults: Pick<Faults, 'owner' | 'mirror'>): void {
    this.faults.owner = faults.owner;
    this.faults.mirror = faults.mirror;
    this.stack.mirror.isLagging = faults.mirror === 'lagging';
  }

  process(by: number): StackedTier {
    const process = this.processes[by];
    if (process === undefined) throw new RangeError(`there is no process ${by}`);
    return process;
  }

  async settled(): Promise<void> {
    for (const process of this.processes) await this.#scheduler.waitFor(process.settled());
  }

  /** One after the other. That a store is down is no failure of the stack, unless the other would have done. */
  async run(operations: readonly Operation[]): Promise<void> {
    await this.#scheduler.waitFor(this.#runAll(operations));
  }

  async #runAll(operations: readonly Operation[]): Promise<void> {
    for (const each of operations) {
      try {
        await this.#run(each);
      } catch (error) {
        if (!(error instanceof TierUnavailableError)) throw error;
        const isRedisHome = 'key' in each && ['r', 'm'].includes(each.key[0] ?? '');
        const isOwners = error.tier === 'dynamodb' && this.#ownerFailed;
        if (!isOwners && !(isRedisHome || each.do === 'finish' || each.do === 'evict'))
          this.found.push(`${each.do} failed for a mirror: ${error.message}`);
      }
    }
  }

  /** Invalidates and reaps while nothing else is done. */
  async count(by: number, request: InvalidationRequest): Promise<void> {
    await this.settled();
    if (this.faults.owner !== 'none' || this.faults.mirror !== 'none') return;
    const { owner, mirror, clock } = this.stack;
    const process = this.process(by);
    const counting = async () => {
      const death = this.ledger.kills(by, request);
      const event = await process.invalidate(request);
      death.acknowledged();
      const hits = (store: ReferenceStore, isHome: (key: string, entry: EntryHead) => boolean) =>
        [...store.contents()].filter(([each, entry]) => {
          const isThere = entry.expiresAt > clock.nowMs && !(request.soft && entry.freshUntil <= clock.nowMs);
          return (
            isThere && isHome(each, entry) && entry.born < event.sequence && matchesEvent(request, each, entry.tags)
          );
        }).length;
      const isAbove = (each: string, { copy }: EntryHead) =>
        this.#above !== 'never' && (each.startsWith('r') || each.startsWith('m')) && copy !== true;
      const expected = hits(owner, () => true) + hits(mirror, isAbove);
      expect(await reapAll(process, event, 2)).toBe(expected);
      expect(await reapAll(process, event, 2)).toBe(0);
    };
    await this.#scheduler.waitFor(counting());
  }

  #ownerFailed = false;

  #meddle(store: 'owner' | 'mirror', tier: SharedTierName): Meddle {
    return async (operation, run) => {
      await this.#scheduler.schedule(Promise.resolve(), `${store}.${operation}`);
      const fault = this.faults[store];
      if (store === 'owner' && fault !== 'none') this.#ownerFailed = true;
      if (fault === 'down') throw new TierUnavailableError(tier, 'it is down');
      const answer = await run();
      await this.#scheduler.schedule(Promise.resolve(), `${store}.${operation} answers`);
      if (fault === 'silent') throw new TierUnavailableError(tier, 'its answer is lost');
      return answer;
    };
  }

  async #run(each: Operation): Promise<void> {
    const { ledger, stack } = this;
    const now = stack.clock.nowMs;
    switch (each.do) {
      case 'read':
        await this.#read(each.by, each.keys, each.maxAgeMs);
        return;
      case 'begin': {
        const home = homeOf(each.key, each.home, this.#above);
        const born = await this.#read(each.by, [each.key], each.maxAgeMs);
        const lease = await this.process(each.by).lease(each.key, LEASE_MS, home.home);
        if (lease === undefined) return;
        this.#loads.push({ ...each, born, lease, text: ledger.loads(each.key, each.its), home });
        return;
      }
      case 'finish': {
        const [load] = this.#loads.splice(each.which % Math.max(1, this.#loads.length), 1);
        if (load === undefined) return;
        const entry = bornAt(load.born, load.its, load.text, now);
        await this.process(load.by).write([{ key: load.key, entry, lease: load.lease, ...load.home }]);
        return;
      }
      case 'set': {
        const value = ledger.sets(each.by, each.key, each.its);
        const entry = decreed(value.text, each.its, now);
        try {
          await this.process(each.by).set([{ key: each.key, entry, ...homeOf(each.key, each.home, this.#above) }]);
        } catch (error) {
          value.failed();
          throw error;
        }
        value.acknowledged();
        return;
      }
      case 'invalidate': {
        const death = ledger.kills(each.by, each.request);
        const event = await this.process(each.by).invalidate(each.request);
        death.acknowledged();
        this.#events.push(event);
        return;
      }
      case 'reap': {
        const event = this.#events.at(-1 - each.back);
        if (event !== undefined) await reapAll(this.process(each.by), event, 2);
        return;
      }
      case 'pass':
        stack.clock.pass(each.ms);
        return;
      case 'fault':
        this.fail(each);
        return;
      case 'forget':
        if (each.what === 'mirror') stack.mirror.forgetAll();
        else stack.owner.forgetLog();
        return;
      case 'sweep':
        await this.process(each.by).sweep({ budget: 10 });
        return;
      case 'evict':
        await this.process(each.by).evict(each.from, 1);
        return;
      case 'touch': {
        const { entries } = await this.process(each.by).read([each.key]);
        const head = entries[0]?.entry;
        if (head !== undefined) await this.process(each.by).touch(each.key, head, bornAt(0, [], '', now));
        return;
      }
    }
  }

  async #read(by: number, asked: readonly string[], maxAgeMs: number): Promise<number> {
    const reading = this.ledger.reads(by, maxAgeMs);
    const { sequence, entries, ageMs } = await this.process(by).read(asked, { maxAgeMs });
    asked.forEach((each, at) => {
      const fault = this.ledger.fault(reading, each, entries[at]);
      if (fault !== undefined) this.found.push(`${fault} (read by ${by}, at most ${maxAgeMs} ms old)`);
    });
    if (ageMs !== undefined && ageMs > maxAgeMs) this.found.push(`knowledge was ${ageMs} ms old, not ${maxAgeMs}`);
    return sequence;
  }
}

it('serves nothing dead and counts exactly, whatever fails in whichever order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), above, fc.array(round, { maxLength: 30 }), async (scheduler, above, rounds) => {
      const world = new World(scheduler, above);
      const { stack } = world;
      const home = above === 'at once' ? 'redis' : undefined;
      if (above !== 'later') await world.run(keys.map((each) => ({ do: 'set', by: 0, key: each, home, its: ['red'] })));
      for (const each of rounds) {
        switch (each.at) {
          case 'once':
            await Promise.all(each.lanes.map((lane) => world.run(lane)));
            break;
          case 'restart':
            await world.settled();
            world.processes[each.by] = stack.another();
            break;
          case 'count':
            await world.count(each.by, each.request);
        }
        expect(world.found).toEqual([]);
      }
      world.fail({ mirror: 'none', owner: 'none' });
      await world.settled();
      for (const by of world.processes.keys()) {
        await world.run([{ do: 'read', by, keys, maxAgeMs: 0 }]);
        await world.settled();
      }
      expect(world.found).toEqual([]);
      // Whoever saw it lag has told it all.
      expect(stack.mirror.sequence).toBe((await stack.owner.changes(0)).upTo);
    }),
    { numRuns: Number(process.env.STACKED_RUNS ?? 300) },
  );
}, 120_000);
