import { type CacheClock, systemClock } from '../clock.ts';
import type { EntryHead } from '../entry.ts';
import type { Invalidation, LogDelta } from '../invalidations.ts';
import type {
  Acknowledged,
  InvalidationRequest,
  Lease,
  OwnerTier,
  ReadOptions,
  SetResult,
  SharedTierName,
  Step,
  StepResult,
  SweepResult,
  TierCost,
  TierEntry,
  TierRead,
  TierSet,
  TierUsage,
  WriteOutcome,
} from '../shared-tier.ts';
import type { Lifetime } from '../ttl.ts';
import { Belongings } from './belongings.ts';
import { EventLog } from './event-log.ts';
import { evictSome } from './evicting.ts';
import type { Head } from './head.ts';
import { inParallel } from './in-parallel.ts';
import { Knowledge } from './knowledge.ts';
import { Layout } from './layout.ts';
import { Leasing } from './leasing.ts';
import { LivePatterns } from './live-patterns.ts';
import { HeldMarks } from './marks.ts';
import { Reading } from './reading.ts';
import { Reaping } from './reaping.ts';
import { RememberedUsage } from './remembered-usage.ts';
import { Sequence } from './sequence.ts';
import { Setting } from './setting.ts';
import { Sweeping } from './sweeping.ts';
import { type DynamoTableClient, Table } from './table.ts';
import { touchEntry } from './touching.ts';
import { trimHead } from './trim-head.ts';
import { usageOf } from './usage.ts';
import { Writing } from './writing.ts';

export interface DynamoTierOptions {
  /** `new DynamoDB(...)` of `@aws-sdk/client-dynamodb`; the caller ends it. Its own retries count in `timeoutMs`. */
  client: DynamoTableClient;
  /** Its keys are the strings `pk` and `sk`, its time to live is `expiresAt`. */
  tableName: string;
  /** At most 256 bytes, without `#`. */
  namespace: string;
  /** For a single command. */
  timeoutMs?: number;
  /** How many events the log keeps: who is further behind counts all he has as cleared. */
  maxLogEvents?: number;
  clock?: CacheClock;
}

/**
 * A namespace in a DynamoDB table, by single-item conditional writes alone.
 *
 * One item, the head, gives out the sequence and carries the newest events: it is the write-ahead log of all others. What must be
 * true of it stands at `Sequence`, of what is written beside an entry at `Belongings`, of what a process knows at `Knowledge`.
 *
 * The head lies in one partition, which takes about 1,000 writes (of a kilobyte) and 3,000 strongly consistent reads a second. So a namespace
 * takes about 1,000 writes of events a second, each of which may carry many events of one process; and 3,000 reads of the
 * sequence, each of which serves all reads of one process that wait for it. Reads with `maxAgeMs` need fewer.
 */
export class DynamoTier implements OwnerTier {
  readonly #table: Table;
  readonly #sequence: Sequence;
  readonly #knowledge: Knowledge;
  readonly #patterns: LivePatterns;
  readonly #reading: Reading;
  readonly #writing: Writing;
  readonly #setting: Setting;
  readonly #leasing: Leasing;
  readonly #reaping: Reaping;
  readonly #sweeping: Sweeping;
  readonly #usage: RememberedUsage;
  readonly #parts: ConstructorParameters<typeof Sweeping>[0];

  constructor({ client, tableName, namespace, ...options }: DynamoTierOptions) {
    const { timeoutMs = 1_500, maxLogEvents = 10_000, clock = systemClock } = options;
    const layout = new Layout(namespace);
    const table = new Table(client, tableName, clock, timeoutMs);
    const log = new EventLog(table, layout, clock);
    const patterns = new LivePatterns(table, layout, clock);
    const knowledge = new Knowledge(log, new HeldMarks(table, layout));
    const belongings = new Belongings(table, layout, clock);
    const trim = (head: Head) => trimHead({ table, layout, log, patterns, clock, maxLogEvents }, head);
    const sequence = new Sequence({ table, layout, log, clock, trim });
    const reading = new Reading({ table, layout, clock, knowledge, belongings });
    const leasing = new Leasing(table, layout, clock);
    const parts = { table, layout, clock, knowledge, belongings, sequence, reading, leasing, patterns, log };
    this.#parts = parts;
    this.#usage = new RememberedUsage(() => usageOf(parts), clock);
    this.#table = table;
    this.#patterns = patterns;
    this.#knowledge = knowledge;
    this.#sequence = sequence;
    this.#reading = reading;
    this.#writing = new Writing(parts);
    this.#setting = new Setting(parts, this.#writing);
    this.#leasing = leasing;
    this.#reaping = new Reaping(parts);
    this.#sweeping = new Sweeping(parts, this.#reaping);
  }

  async read(keys: readonly string[], { after, maxAgeMs = 0, headsOnly = false }: ReadOptions = {}): Promise<TierRead> {
    const recent = this.#sequence.recent(maxAgeMs);
    const isEnough = recent !== undefined && recent.head.sequence >= (after ?? 0);
    // The first head comes before the first items: what they are judged by must be older than they are.
    if (this.#knowledge.sequence < 0) await this.#follow(await this.#sequence.read());
    const [read, found] = await Promise.all([
      isEnough ? recent.head : this.#sequence.read(),
      this.#reading.find(keys, headsOnly),
    ]);
    let head = read.sequence < (after ?? 0) ? await this.#sequence.reach(after ?? 0) : read;
    await this.#follow(head);
    const judged = await this.#reading.judge(keys, found, headsOnly);
    let isFresh = !isEnough;
    // What was stored since is not to be older than the answer says.
    if (judged.some((each) => each !== undefined && each.stored.born > head.sequence)) {
      head = await this.#sequence.read();
      await this.#follow(head);
      isFresh = true;
    }
    const entries = await this.#reading.hits(keys, judged, headsOnly);
    const isBehind = after !== undefined && after < head.sequence;
    return {
      sequence: head.sequence,
      ...(isBehind ? { changes: await this.#knowledge.since(after, head) } : {}),
      entries,
      ...(isFresh ? {} : { ageMs: recent?.ageMs ?? 0 }),
    };
  }

  write(entries: readonly TierEntry[]): Promise<WriteOutcome[]> {
    return this.#writing.write(entries);
  }

  set(entries: readonly TierSet[]): Promise<SetResult[]> {
    return inParallel(entries, (each) => this.#setting.set(each));
  }

  async invalidate(request: InvalidationRequest): Promise<Acknowledged> {
    if (request.kind !== 'pattern') return this.#sequence.append(request);
    if (request.values.length !== 1)
      throw new RangeError(`an invalidation has one pattern, not ${request.values.length}`);
    await this.#patterns.register(request);
    const event = await this.#sequence.append(request);
    await this.#patterns.confirm(event, true);
    return event;
  }

  async changes(after: number): Promise<LogDelta> {
    return this.#knowledge.since(after, await this.#sequence.reach(after));
  }

  expectHomesAbove(untilMs: number): Promise<number> {
    return this.#sequence.expectHomesAbove(untilMs);
  }

  touch(key: string, entry: EntryHead, lifetime: Lifetime): Promise<boolean> {
    return touchEntry(this.#parts, key, entry, lifetime);
  }

  lease(key: string, ttlMs: number): Promise<Lease | undefined> {
    return this.#leasing.lease(key, ttlMs);
  }

  renew(key: string, lease: Lease, ttlMs: number): Promise<boolean> {
    return this.#leasing.renew(key, lease, ttlMs);
  }

  release(key: string, lease: Lease): Promise<void> {
    return this.#leasing.release(key, lease);
  }

  reap(invalidation: Invalidation, step: Step): Promise<StepResult> {
    return this.#reaping.reap(invalidation, step);
  }

  async sweep(step: Step): Promise<SweepResult> {
    const swept = await this.#sweeping.sweep(step);
    if (swept.removed > 0 || swept.ghosts > 0 || swept.cursor === undefined) this.#usage.forget();
    return swept;
  }

  /**
   * By a walk of the index, which takes a read unit for every 4 KB of it, about 16,000 at most: remembered for a minute. So what was
   * stored or reaped since, and what others swept or evicted, may be missing; what this tier swept or evicted never is.
   */
  async usage(): Promise<Partial<Record<SharedTierName, TierUsage>>> {
    return { dynamodb: await this.#usage.ask() };
  }

  cost(): TierCost {
    return this.#table.cost;
  }

  async evict(tier: SharedTierName, bytes: number): Promise<{ entries: number; bytes: number }> {
    if (tier !== 'dynamodb') return { entries: 0, bytes: 0 };
    try {
      return await evictSome(this.#parts, bytes);
    } finally {
      // It may have removed some before it failed: who asked again would evict as much once more.
      this.#usage.forget();
    }
  }

  /** It holds none: nothing lies below it. */
  async dropCopies(): Promise<number> {
    return 0;
  }

  /** When no event is being moved from the head to the log. */
  settled(): Promise<void> {
    return this.#sequence.settled();
  }

  #follow(head: Head): Promise<void> {
    return this.#knowledge.follow(head);
  }
}
