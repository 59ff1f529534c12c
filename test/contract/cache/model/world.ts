import type { CacheHit } from '../../../../lib/cache/library/cache.ts';
import { LoaderTimeoutError } from '../../../../lib/cache/library/cache.ts';
import { LivePatternsError, TierUnavailableError } from '../../../../lib/cache/library/shared-tier.ts';
import type { CacheTierChoice } from '../../../../lib/contracts/cache-policy.ts';
import { type Command, INSTANCES, modelKeys, type Plan, TO_THE_END, tierSets } from './commands.ts';
import { OpenCalls } from './open-calls.ts';
import type { OpenStores, SharedStores } from './shared-stores.ts';
import { StepScheduler } from './step-scheduler.ts';
import type { MakeCache, TestedCache } from './tested-cache.ts';
import { type Kill, type Question, type Target, Truth, targets, type Value } from './truth.ts';
import { type Actor, VirtualTime, Work } from './virtual-time.ts';

class SourceError extends Error {}

interface Instance {
  process: Actor;
  cache: TestedCache;
}

/** What was seen beside violations, so that a cache which never serves anything does not pass for a right one. */
export interface Figures {
  lookups: number;
  hits: number;
  countsCompared: number;
  acknowledged: number;
}

/** Four processes, the stores they share, and the source behind them. */
export class World {
  readonly truth: Truth;
  readonly figures: Figures = { lookups: 0, hits: 0, countsCompared: 0, acknowledged: 0 };
  readonly #plan: Plan;
  readonly #make: MakeCache;
  readonly #work = new Work();
  readonly #time: VirtualTime;
  readonly #steps = new StepScheduler(this.#work);
  readonly #stores: SharedStores;
  readonly #instances: Instance[] = [];
  readonly #hasMemory: boolean;
  /** Processes and keys of which a loader has said that there is no value. */
  readonly #nothings = new Set<string>();
  readonly #calls: OpenCalls;
  #started = 0;

  constructor(plan: Plan, make: MakeCache, open: OpenStores, firstMs: number) {
    this.#time = new VirtualTime(this.#work, firstMs);
    this.#plan = plan;
    this.#make = make;
    this.#hasMemory = tierSets[plan.tiers][0] === 'memory';
    const now = (): number => this.#time.nowMs;
    this.#stores = open(plan.tiers, now, (value) => this.truth.stored(value), this.#work);
    const hasOneStore = plan.tiers === 'redis' || plan.tiers === 'dynamodb';
    this.truth = new Truth(plan.coherence, this.#stores.areShared, hasOneStore, now);
    this.#calls = new OpenCalls(this.truth.violations, this.#time, this.#steps, this.#work);
    for (let at = 0; at < INSTANCES; at++) this.#instances.push(this.#start(at));
  }

  async run(): Promise<void> {
    for (const [at, command] of this.#plan.commands.entries()) await this.#do(command, `${at}:${command.do}`);
    await this.#recover();
    await this.#askAll();
    for (const { cache } of this.#instances) await this.#calls.settled(cache.close());
  }

  async #do(command: Command, label: string): Promise<void> {
    switch (command.do) {
      case 'load':
        return this.#load(command, label);
      case 'lookup':
        return this.#lookup(command, label);
      case 'get':
        return this.#get(command, label);
      case 'getMany':
        return this.#getMany(command, label);
      case 'set':
        return this.#set(command, label);
      case 'invalidate':
        return this.#invalidate(command, label);
      case 'delete':
        return this.#delete(command, label);
      case 'run':
        return this.#calls.goOn(this.#at(command.by).process, command.steps, command.isNewest);
      case 'shuffle':
        for (const pick of command.picks) await this.#steps.release(pick);
        return;
      case 'advance':
        // What is under way may take longer by it than its deadline allows.
        this.#calls.hasTrouble ||= this.#calls.areOpen || !this.#steps.isIdle;
        return this.#time.advance(command.ms);
      case 'redis':
        this.#calls.hasTrouble = true;
        if (command.is === 'down') this.#stores.redisHealth.goDown();
        else if (command.is === 'up') this.#stores.redisHealth.recover();
        else await this.#stores.emptyRedis();
        return;
      case 'evict':
        return this.#stores.evict(command.key);
      case 'lapse':
        return this.#stores.lapse(command.key);
      case 'throttle':
        this.#calls.hasTrouble = true;
        this.#stores.dynamoHealth.throttled = command.calls;
        return;
      case 'freeze':
        this.#calls.hasTrouble = true;
        this.#at(command.by).process.isFrozen = true;
        return;
      case 'thaw':
        this.#at(command.by).process.isFrozen = false;
        return this.#time.advance(0);
      case 'restart':
        return this.#restart(command.by, command.crash);
      case 'count':
        return this.#count(command, label);
    }
  }

  #load({ by, key, tags, ttlMs, outcome, force, steps, ...asked }: CommandOf<'load'>, label: string): Promise<void> {
    const { process, cache } = this.#at(by);
    const name = `${label} of ${process.name}`;
    const tier = this.#tierFor(key, asked.tier);
    const isHere = tier === 'memory';
    const loader = async (): Promise<Value | undefined> => {
      await this.#steps.reached(process);
      const value = this.truth.read({ key, tags, by: name, isHere });
      await this.#steps.reached(process);
      if (outcome === 'failure') throw new SourceError();
      if (outcome === 'value') return value;
      this.#nothings.add(`${process.name} ${key}`);
      return undefined;
    };
    const question = this.truth.question(name, process);
    const options = { tags, ttlSeconds: ttlMs / 1_000, tier, forceRefresh: force };
    const call = async (): Promise<void> => {
      try {
        this.#checkHit(question, key, await cache.load(key, loader, options), question.begun.ms);
      } catch (error) {
        if (error instanceof SourceError || error instanceof LoaderTimeoutError) return;
        throw error;
      }
    };
    return this.#calls.begin(process, name, call, steps);
  }

  #lookup({ by, key, epoch, refreshTtl, steps }: CommandOf<'lookup'>, label: string): Promise<void> {
    const { process, cache } = this.#at(by);
    const question = this.#question(label, process, epoch);
    const call = async (): Promise<void> => {
      this.figures.lookups++;
      const hit = await cache.lookup(key, { epoch: question.epoch, refreshTtl });
      if (hit !== undefined) this.figures.hits++;
      this.#checkHit(question, key, hit, question.begun.ms);
    };
    return this.#calls.begin(process, question.label, call, steps);
  }

  #get({ by, key, steps }: CommandOf<'get'>, label: string): Promise<void> {
    const { process, cache } = this.#at(by);
    const question = this.#question(label, process, false);
    const call = async (): Promise<void> => {
      const value = await cache.get(key);
      if (value !== undefined) this.truth.check(question, { key, value, isFresh: false, isLoaded: false });
    };
    return this.#calls.begin(process, question.label, call, steps);
  }

  #getMany({ by, keys, epoch, steps }: CommandOf<'getMany'>, label: string): Promise<void> {
    const { process, cache } = this.#at(by);
    const question = this.#question(label, process, epoch);
    const call = async (): Promise<void> => {
      const values = await cache.getMany(keys, { epoch: question.epoch });
      for (const [key, value] of values) this.truth.check(question, { key, value, isFresh: false, isLoaded: false });
    };
    return this.#calls.begin(process, question.label, call, steps);
  }

  #set({ by, key, tags, ttlMs, steps, ...asked }: CommandOf<'set'>, label: string): Promise<void> {
    const { process, cache } = this.#at(by);
    const name = `${label} of ${process.name}`;
    const tier = this.#tierFor(key, asked.tier);
    const value = this.truth.decree({ key, tags, by: name, isHere: tier === 'memory' });
    const target: Target = { kind: 'keys', values: [key] };
    const kill = this.truth.kill({ label: name, target, soft: false, process });
    const call = async (): Promise<void> => {
      try {
        await cache.set(key, value, { tags, ttlSeconds: ttlMs / 1_000, tier });
        this.truth.decreed(value);
        this.truth.acknowledge(kill, undefined);
      } catch (error) {
        this.#allow(error);
      }
    };
    return this.#calls.begin(process, name, call, steps);
  }

  #invalidate({ by, target, soft, steps }: CommandOf<'invalidate'>, label: string): Promise<void> {
    const { process, cache } = this.#at(by);
    const kill = this.truth.kill({ label: `${label} of ${process.name}`, target, soft, process });
    const call = async (): Promise<void> => {
      try {
        const { epoch } = await invalidate(cache, target, soft);
        this.truth.acknowledge(kill, epoch);
        this.figures.acknowledged++;
      } catch (error) {
        this.#allow(error);
      }
    };
    return this.#calls.begin(process, kill.label, call, steps);
  }

  #delete({ by, key, steps }: CommandOf<'delete'>, label: string): Promise<void> {
    const { process, cache } = this.#at(by);
    const target: Target = { kind: 'keys', values: [key] };
    const kill: Kill = this.truth.kill({ label: `${label} of ${process.name}`, target, soft: false, process });
    const call = async (): Promise<void> => {
      try {
        await cache.delete(key);
        this.truth.acknowledge(kill, undefined);
      } catch (error) {
        this.#allow(error);
      }
    };
    return this.#calls.begin(process, kill.label, call, steps);
  }

  /** Only at rest and with all well: what is stored must be what is counted. */
  async #count({ by, target, soft }: CommandOf<'count'>, label: string): Promise<void> {
    if (!this.#areWell || this.#instances.some(({ process }) => process.isFrozen)) return;
    await this.#calls.rest();
    const { process, cache } = this.#at(by);
    let expected = 0;
    for (const key of modelKeys) expected += await this.#countsInMemory(by, key, target, soft);
    expected += this.#stores.countable(target, soft);
    const kill = this.truth.kill({ label: `${label} of ${process.name}`, target, soft, process });
    const call = async (): Promise<void> => {
      try {
        const result = await invalidate(cache, target, soft);
        this.truth.acknowledge(kill, result.epoch);
        if (!result.exact || Number.isNaN(expected)) return;
        this.figures.countsCompared++;
        if (result.invalidated !== expected) {
          const says = `${kill.label} says that ${result.invalidated} were invalidated`;
          this.truth.violations.push(`${says}, of ${expected} that were stored`);
        }
      } catch (error) {
        this.#allow(error);
      }
    };
    await this.#calls.begin(process, kill.label, call, 0);
    await this.#calls.rest();
  }

  /** Of what is in this process' memory alone. What is held past its time shows when a loader fails. */
  async #countsInMemory(by: number, key: string, target: Target, soft: boolean): Promise<number> {
    const { process, cache } = this.#at(by);
    const fails = (): never => {
      throw new SourceError();
    };
    // That there is no value may be remembered, and is counted, but does not show.
    let count = this.#nothings.has(`${process.name} ${key}`) ? Number.NaN : 0;
    const call = async (): Promise<void> => {
      const hit = await cache.load(key, fails).catch(() => undefined);
      const isHere = hit?.from === 'memory' && (!this.#stores.areShared || this.truth.version(hit.value.id)?.isHere);
      if (!hit || !isHere || !targets(target, key, hit.tags)) return;
      count += soft && hit.status !== 'hit' ? 0 : 1;
    };
    await this.#calls.begin(process, 'count', call, TO_THE_END);
    await this.#calls.rest();
    return count;
  }

  async #restart(by: number, crash: boolean): Promise<void> {
    const { process, cache } = this.#at(by);
    this.#calls.leave(process);
    if (crash || process.isFrozen) {
      process.hasCrashed = true;
      this.#steps.forget(process);
      this.#time.forget(process);
    } else {
      void cache.close().catch((error: unknown) => this.#calls.unexpected('close', error));
      await this.#work.quiet();
    }
    this.#instances[by] = this.#start(by);
  }

  /** All that was wrong is mended, all that was begun ends, and every bound passes. */
  async #recover(): Promise<void> {
    for (const { process } of this.#instances) process.isFrozen = false;
    this.#stores.redisHealth.recover();
    this.#stores.dynamoHealth.recover();
    await this.#calls.rest();
    await this.#time.advance(5_000);
    await this.#calls.rest();
  }

  /** In the end nothing that was invalidated is served, and what is set now is seen by everybody. */
  async #askAll(): Promise<void> {
    const lookup = { do: 'lookup', epoch: false, refreshTtl: false, steps: TO_THE_END } as const;
    for (const by of this.#instances.keys()) {
      for (const key of modelKeys) await this.#lookup({ ...lookup, by, key }, 'at last, lookup');
    }
    await this.#calls.rest();
    const key = modelKeys[0];
    await this.#set(
      { do: 'set', by: 0, key, tags: [], ttlMs: 60_000, tier: 'auto', steps: TO_THE_END },
      'at last, set',
    );
    await this.#calls.rest();
    await this.#time.advance(1_001);
    const isSeenByAll = this.#stores.areShared && this.#plan.coherence !== 'none';
    for (const { cache, process } of this.#instances.slice(0, isSeenByAll ? INSTANCES : 1)) {
      const call = async (): Promise<void> => {
        if ((await cache.lookup(key)) === undefined) {
          this.truth.violations.push(`at last, ${process.name} finds nothing where a value was set`);
        }
      };
      await this.#calls.begin(process, 'at last, lookup of what was set', call, TO_THE_END);
    }
    await this.#calls.rest();
  }

  get #areWell(): boolean {
    const { redisHealth, dynamoHealth } = this.#stores;
    return [redisHealth, dynamoHealth].every(({ isDown, throttled }) => !isDown && throttled === 0);
  }

  #tierFor(key: string, asked: CacheTierChoice): CacheTierChoice {
    return this.#plan.isItemHere && key === modelKeys[2] && this.#hasMemory ? 'memory' : asked;
  }

  #start(at: number): Instance {
    const process: Actor = { name: `p${at}#${this.#started++}`, isFrozen: false, hasCrashed: false };
    const clock = this.#time.clockOf(process);
    const leaves = this.#stores.seenBy(process, this.#steps, clock);
    return { process, cache: this.#make(this.#plan, leaves, clock) };
  }

  #at(by: number): Instance {
    const instance = this.#instances[by];
    if (instance === undefined) throw new RangeError(`there is no instance ${by}`);
    return instance;
  }

  #question(label: string, process: Actor, epoch: boolean): Question {
    return this.truth.question(`${label} of ${process.name}`, process, epoch ? this.truth.epoch : undefined);
  }

  #checkHit(question: Question, key: string, hit: CacheHit<Value> | undefined, begunMs: number): void {
    if (hit === undefined) return;
    this.truth.check(question, {
      key,
      value: hit.value,
      isFresh: hit.status === 'hit',
      isLoaded: hit.from === 'loader',
    });
    if (hit.from !== 'loader' && hit.expiresAt <= begunMs) {
      this.truth.violations.push(`${question.label} answers what has expired`);
    }
  }

  /** What a call that changes something may fail with, when something was wrong or slow. */
  #allow(error: unknown): void {
    const isAllowed = error instanceof TierUnavailableError && this.#calls.hasTrouble;
    if (!isAllowed && !(error instanceof LivePatternsError)) throw error;
  }
}

type CommandOf<Do extends Command['do']> = Extract<Command, { do: Do }>;

function invalidate(cache: TestedCache, target: Target, soft: boolean): ReturnType<TestedCache['invalidate']> {
  switch (target.kind) {
    case 'keys':
      return cache.invalidate({ keys: target.values, soft });
    case 'tags':
      return cache.invalidate({ tags: target.values, soft });
    case 'pattern':
      return cache.invalidate({ pattern: target.values[0], soft });
    case 'clear':
      return soft ? cache.invalidate({ pattern: '*', soft }) : cache.clear();
  }
}
