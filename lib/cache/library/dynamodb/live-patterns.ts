import { createHash } from 'node:crypto';
import type { CacheClock } from '../clock.ts';
import { type Invalidation, MAX_LIVE_PATTERNS } from '../invalidations.ts';
import { type KeyPattern, readPattern } from '../pattern.ts';
import { type InvalidationRequest, LivePatternsError } from '../shared-tier.ts';
import { type Item, numberIn, numberOr0, textIn, textsIn } from './attributes.ts';
import type { Layout } from './layout.ts';
import type { Table } from './table.ts';

export interface LivePattern {
  id: string;
  text: string;
  /** Undefined when it cannot be read. */
  pattern: KeyPattern | undefined;
  soft: boolean;
  /** Of its last event; undefined while that is being written. */
  sequence: number | undefined;
  /** When it was registered, epoch ms. */
  atMs: number;
}

/** Whoever registered a pattern and did not write its event in this time has died over it, or registers it anew. */
const REGISTERED_MS = 60_000;

const idOf = (text: string, soft: boolean): string =>
  createHash('sha256').update(`${soft}${text}`).digest('base64url').slice(0, 22);

export function livePatternsIn(item: Item | undefined): LivePattern[] {
  return textsIn(item, 'ids').map((id) => {
    const written = textIn(item, `P${id}`) ?? '';
    const text = written.slice(1);
    const atMs = numberOr0(item, `A${id}`);
    return { id, text, pattern: readPattern(text), soft: written[0] === 'S', sequence: numberIn(item, `N${id}`), atMs };
  });
}

/**
 * The patterns that are not reaped yet, in one item: `ids` counts them, and each has its text (P), its last event (N) and its time (A).
 * One is registered before its event is written and confirmed after it, so that no event is acknowledged which is not counted.
 */
export class LivePatterns {
  readonly #table: Table;
  readonly #layout: Layout;
  readonly #clock: CacheClock;

  constructor(table: Table, layout: Layout, clock: CacheClock) {
    this.#table = table;
    this.#layout = layout;
    this.#clock = clock;
  }

  async all(): Promise<LivePattern[]> {
    return livePatternsIn(await this.#table.get(this.#layout.patterns));
  }

  /** @throws LivePatternsError */
  async register({ values, soft }: InvalidationRequest): Promise<void> {
    const text = values[0] ?? '';
    if (await this.#register(text, soft)) return;
    // The places of those who died in between are free again.
    for (const each of await this.all()) if (this.#isAbandoned(each)) await this.#removeUnwritten(each);
    if (!(await this.#register(text, soft))) throw new LivePatternsError(MAX_LIVE_PATTERNS);
  }

  /** @param isNew as the one who wrote the event; others only add it where its place is still kept, for it may be reaped already */
  async confirm({ sequence, values, soft }: Invalidation, isNew: boolean): Promise<void> {
    const text = values[0] ?? '';
    const id = idOf(text, soft);
    await this.#table.update(this.#layout.patterns, {
      change: 'SET #n = :n, #p = :p, #a = :a ADD ids :ids',
      condition: `(attribute_not_exists(#n) OR #n < :n)${isNew ? '' : ' AND contains(ids, :id)'}`,
      values: {
        n: sequence,
        p: written(text, soft),
        a: this.#clock.now(),
        ids: new Set([id]),
        ...(isNew ? {} : { id }),
      },
      names: { '#n': `N${id}`, '#p': `P${id}`, '#a': `A${id}` },
    });
  }

  /** When all that it killed is gone. */
  async settle({ sequence, values, soft }: Invalidation): Promise<void> {
    const id = idOf(values[0] ?? '', soft);
    await this.#remove(id, '(#n = :n OR attribute_not_exists(#n))', sequence);
  }

  /** @returns how many: those that died before their event was written */
  async sweep(): Promise<number> {
    const abandoned = (await this.all()).filter((each) => this.#isAbandoned(each));
    for (const each of abandoned) await this.#removeUnwritten(each);
    return abandoned.length;
  }

  async #register(text: string, soft: boolean): Promise<boolean> {
    const id = idOf(text, soft);
    const done = await this.#table.update(this.#layout.patterns, {
      change: 'SET #p = :p, #a = :a ADD ids :ids',
      condition: 'attribute_not_exists(ids) OR size(ids) < :most OR contains(ids, :id)',
      values: { p: written(text, soft), a: this.#clock.now(), ids: new Set([id]), id, most: MAX_LIVE_PATTERNS },
      names: { '#p': `P${id}`, '#a': `A${id}` },
    });
    return done !== undefined;
  }

  #isAbandoned({ sequence, atMs }: LivePattern): boolean {
    return sequence === undefined && atMs < this.#clock.now() - REGISTERED_MS;
  }

  async #removeUnwritten({ id, atMs }: LivePattern): Promise<void> {
    await this.#remove(id, 'attribute_not_exists(#n) AND #a = :n', atMs);
  }

  async #remove(id: string, condition: string, n: number): Promise<void> {
    await this.#table.update(this.#layout.patterns, {
      change: 'REMOVE #n, #p, #a DELETE ids :ids',
      condition,
      values: { n, ids: new Set([id]) },
      names: { '#n': `N${id}`, '#p': `P${id}`, '#a': `A${id}` },
    });
  }
}

const written = (text: string, soft: boolean): string => `${soft ? 'S' : 'H'}${text}`;
