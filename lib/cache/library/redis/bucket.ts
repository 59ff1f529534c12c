import type { Entry, EntryHead } from '../entry.ts';
import { encodeEntry, identityOf } from '../entry-codec.ts';
import { type LogDelta, MAX_LIVE_PATTERNS } from '../invalidations.ts';
import type { InvalidationRequest, Lease, TierSet, WriteOutcome } from '../shared-tier.ts';
import type { Lifetime } from '../ttl.ts';
import { type BucketRead, BucketReads } from './bucket-reads.ts';
import { KnownPatterns, patternField } from './known-patterns.ts';
import { type BucketKeys, bucketKeys } from './layout.ts';
import { eventJson } from './log-events.ts';
import type { Argument, Scripts } from './run-scripts.ts';

export type SetMode = 'whole' | 'ask' | 'store';

/** What a step of a set came to: `event` needs the event first, `lost` names the token that took the place of its own. */
export type SetStep =
  | ['stored', born: string, isNew?: 'event']
  | ['changed', born: string]
  | ['event']
  | ['lost', string];

/** Of one script: a managed Redis may take no more than 4,000 arguments, and none should be held up for long. */
const MOST_EVENTS = 500;
/** How long a set may take from asking until it is stored; beyond, it begins anew. */
const SET_MS = 5_000;

/** The part of a namespace that lies in one slot. */
export class Bucket {
  readonly keys: BucketKeys;
  readonly #scripts: Scripts;
  readonly #maxLogEvents: number;
  readonly #state: readonly string[];
  readonly #patterns = new KnownPatterns();
  readonly #reads: BucketReads;

  constructor(scripts: Scripts, namespace: string, bucket: number, maxLogEvents: number) {
    this.#scripts = scripts;
    this.#maxLogEvents = maxLogEvents;
    this.keys = bucketKeys(namespace, bucket);
    const { metadata, marks, patterns, log } = this.keys;
    this.#state = [metadata, marks, patterns, log];
    this.#reads = new BucketReads(scripts, this.keys, this.#patterns);
  }

  /** @returns undefined when the bucket has no sequence */
  read(keys: readonly string[], after: number | undefined): Promise<BucketRead | undefined> {
    return this.#reads.read(keys, after);
  }

  async write(key: string, entry: Entry, lease: Lease | undefined): Promise<WriteOutcome> {
    const bytes = encodeEntry(entry);
    const reply = await this.#knowingPatterns('write', this.#namesOf(key, entry.tags), () => {
      const known = this.#patterns;
      return [bytes, key, known.upTo, known.last(key), lease?.token ?? '', ...entry.tags];
    });
    return reply as WriteOutcome;
  }

  /** @returns undefined when the bucket has no sequence, or another server's */
  async set(
    mode: SetMode,
    { key, entry, replaces, announce }: TierSet,
    born: number,
    token: string,
  ): Promise<SetStep | undefined> {
    const bytes = encodeEntry({ ...entry, born });
    const event = eventJson({ kind: 'keys', values: [key], soft: false });
    const condition =
      replaces === undefined ? ['', ''] : replaces === null ? ['nothing', ''] : [replaces.born, identityOf(replaces)];
    const rest = [...condition, token, SET_MS, announce ? 'announce' : '', ...entry.tags];
    const reply = await this.#knowingPatterns('set', this.#namesOf(key, entry.tags), () => {
      const known = this.#patterns;
      return [mode, bytes, key, known.upTo, known.last(key, false), this.#maxLogEvents, event, ...rest];
    });
    return reply === null ? undefined : (reply as SetStep);
  }

  async touch(key: string, head: EntryHead, { freshUntil, expiresAt }: Lifetime): Promise<boolean> {
    const identity = identityOf(head);
    // Never an entry that expires before its window ends.
    const expires = Math.max(expiresAt, freshUntil + head.revalidateUntil - head.freshUntil);
    const reply = await this.#knowingPatterns('touch', this.#namesOf(key, head.tags), () => {
      const known = this.#patterns;
      return [key, known.upTo, known.last(key, false), head.born, identity, freshUntil, expires];
    });
    return reply === 1;
  }

  /** @returns the event's sequence; undefined when the bucket has none, or another server's */
  async invalidate(request: InvalidationRequest): Promise<number | 'full' | undefined> {
    const field = request.kind === 'pattern' ? patternField(request.values[0] ?? '', request.soft) : '';
    const args = [eventJson(request), this.#maxLogEvents, MAX_LIVE_PATTERNS, field];
    const reply = await this.#scripts.run('invalidate', this.#state, args);
    if (reply === null) return undefined;
    return reply === 'full' ? 'full' : Number(reply);
  }

  /**
   * @param isAll no earlier events are to be had: what is missing before the delta counts as cleared
   * @returns the bucket's sequence: below `upTo` when it lacks what was before the delta, -1 when it has none and was not given all
   */
  async replicate({ after, upTo, events }: LogDelta, isAll: boolean): Promise<number> {
    let from = after;
    for (let at = 0; ; at += MOST_EVENTS) {
      const some = events.slice(at, at + MOST_EVENTS);
      const isLast = at + MOST_EVENTS >= events.length;
      const to = isLast ? upTo : (some.at(-1)?.sequence ?? upTo);
      const flat = some.flatMap((event) => [event.sequence, eventJson(event)]);
      const args = [from, to, this.#maxLogEvents, isAll ? 'all' : '', ...flat];
      const known = Number(await this.#scripts.run('replicate', this.#state, args));
      if (isLast || known < to) return known;
      from = to;
    }
  }

  /** Begins the sequence, as a clear, where there is none, where it is below what was seen, and where another server counted it. */
  async begin(seen: number): Promise<{ sequence: number; isNew: boolean }> {
    const [sequence, isNew] = (await this.#scripts.run('begin', this.#state, [seen])) as [string, number];
    return { sequence: Number(sequence), isNew: isNew === 1 };
  }

  #namesOf(key: string, tags: readonly string[]): string[] {
    const { metadata, marks, patterns, log, index, tags: allTags } = this.keys;
    const its = [this.keys.entry(key), this.keys.lease(key), ...tags.map(this.keys.members)];
    return [metadata, marks, patterns, log, index, allTags, ...its];
  }

  /** Again with what the script says of the patterns, when others have been added: they are matched here. */
  async #knowingPatterns(
    name: 'write' | 'set' | 'touch',
    names: readonly string[],
    args: () => Argument[],
  ): Promise<unknown> {
    for (;;) {
      const reply = await this.#scripts.run(name, names, args());
      if (!Array.isArray(reply) || reply[0] !== 'patterns') return reply;
      this.#patterns.learn(Number(reply[1]), reply[2] as string[]);
    }
  }
}
