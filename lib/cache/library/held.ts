import type { EntryHead } from './entry.ts';
import type { SharedTierName } from './shared-tier.ts';

/** What many values have in common: kept once for all of them. */
interface Kind {
  readonly tags: readonly string[];
  readonly contentType: string | undefined;
  readonly codec: EntryHead['codec'];
  readonly negative: boolean;
  readonly copy: boolean;
  readonly tier: SharedTierName | undefined;
  readonly isHome: boolean;
  /** Their sequences are kept as distances from it. */
  readonly sequenceOrigin: number;
  /** Between `freshUntil` and `revalidateUntil`, and from there to `expiresAt`. */
  readonly revalidateMs: number;
  readonly expireMs: number;
}

export interface HeldOptions<V> {
  value: V | undefined;
  head: EntryHead;
  /**
   * The sequence up to which it is known that nothing has killed it: what it was born at, or, where it was read from another
   * tier, the sequence of that answer. Later invalidations are judged here.
   */
  born: number;
  /** Monotonic ms at which the value was known to be current: an older one never takes its place. */
  since: number;
  /** Where it came from; left out when it was loaded or set by this process. */
  tier?: SharedTierName;
  /** It is kept nowhere else. */
  isHome: boolean;
  /** A soft invalidation outlived it. */
  isStale?: boolean;
}

/**
 * Numbers are kept as distances from these, because V8 keeps whole numbers below 2^31 in place and gives all others a box of their own: with
 * some hundred thousand values, that is most of what they take.
 */
const timeOrigin = Date.now();
/** A namespace's sequence begins anywhere, and goes on from there. */
const SEQUENCES_PER_ORIGIN = 2 ** 30;

const MOST_KINDS = 1_000;
const kinds = new Map<string, Kind>();
/** Those that were asked for last: values that are read one after the other are mostly of few kinds. */
const recent: Kind[] = [];
const MOST_RECENT = 4;

function kindOf({ head, tier, isHome }: Pick<HeldOptions<unknown>, 'head' | 'tier' | 'isHome'>): Kind {
  const { tags, contentType, codec, negative, copy = false } = head;
  const revalidateMs = head.revalidateUntil - head.freshUntil;
  const expireMs = head.expiresAt - head.revalidateUntil;
  const sequenceOrigin = head.born - (head.born % SEQUENCES_PER_ORIGIN);
  const kind = { tags, contentType, codec, negative, copy, tier, isHome, sequenceOrigin, revalidateMs, expireMs };
  for (const each of recent) if (isSame(each, kind)) return each;
  const name = `${codec} ${negative} ${copy} ${tier} ${isHome} ${sequenceOrigin} ${revalidateMs} ${expireMs} ${contentType}\n${tags.join('\n')}`;
  const known = kinds.get(name);
  // Tags may have line breaks too, so that two kinds may have one name.
  if (known !== undefined && isSame(known, kind)) {
    return remembered(known);
  }
  if (kinds.size >= MOST_KINDS) kinds.clear();
  kinds.set(name, kind);
  return remembered(kind);
}

function remembered(kind: Kind): Kind {
  if (recent.length === MOST_RECENT) recent.shift();
  recent.push(kind);
  return kind;
}

function isSame(one: Kind, other: Kind): boolean {
  return (
    one.codec === other.codec &&
    one.contentType === other.contentType &&
    one.negative === other.negative &&
    one.copy === other.copy &&
    one.tier === other.tier &&
    one.isHome === other.isHome &&
    one.sequenceOrigin === other.sequenceOrigin &&
    one.revalidateMs === other.revalidateMs &&
    one.expireMs === other.expireMs &&
    one.tags.length === other.tags.length &&
    one.tags.every((tag, at) => tag === other.tags[at])
  );
}

const SINCE_UNITS_PER_MS = 8;

const STALE = 1;
const WARM = 2;
const READS_SHIFT = 2;
const ONE_READ = 4;

/** What is kept nowhere else has its ETag made from the value when it is asked for, which few ask, unless that takes long. */
const ETAG_FROM_BYTES = 1_024;

/** A value in the memory of this process. Callers share it: it is not to be changed. */
export class Held<V> {
  readonly value: V | undefined;
  /** Reads, and two bits. */
  #state: number;
  readonly #kind: Kind;
  readonly #etag: string | undefined;
  readonly #created: number;
  readonly #fresh: number;
  readonly #ttlMs: number;
  readonly #loaderUs: number;
  readonly #rawBytes: number;
  readonly #bornAt: number;
  readonly #since: number;
  #born: number;

  constructor(options: HeldOptions<V>) {
    const { value, head, born, since, isStale = false } = options;
    this.value = value;
    this.#state = isStale ? STALE : 0;
    this.#kind = kindOf(options);
    this.#etag = options.isHome && !head.negative && head.rawBytes < ETAG_FROM_BYTES ? undefined : head.etag;
    this.#created = head.createdAt - timeOrigin;
    this.#fresh = head.freshUntil - timeOrigin;
    this.#ttlMs = head.ttlMs ?? 0;
    this.#loaderUs = Math.round(head.loaderMs * 1_000);
    this.#rawBytes = head.rawBytes;
    this.#bornAt = head.born - this.#kind.sequenceOrigin;
    this.#born = born - this.#kind.sequenceOrigin;
    this.#since = Math.floor(since * SINCE_UNITS_PER_MS);
  }

  /** A soft invalidation outlived it. */
  get isStale(): boolean {
    return (this.#state & STALE) !== 0;
  }

  markStale(): void {
    this.#state |= STALE;
  }

  /** Since they were last told to the sketch of top keys. */
  get reads(): number {
    return this.#state >> READS_SHIFT;
  }

  /** Whether it has been read since the last maintenance. */
  get isWarm(): boolean {
    return (this.#state & WARM) !== 0;
  }

  countRead(): void {
    this.#state = (this.#state + ONE_READ) | WARM;
  }

  forgetReads(): void {
    this.#state &= STALE | WARM;
  }

  coolDown(): void {
    this.#state &= ~WARM;
  }

  get tags(): readonly string[] {
    return this.#kind.tags;
  }

  get negative(): boolean {
    return this.#kind.negative;
  }

  get tier(): SharedTierName | undefined {
    return this.#kind.tier;
  }

  get isHome(): boolean {
    return this.#kind.isHome;
  }

  get rawBytes(): number {
    return this.#rawBytes;
  }

  get loaderMs(): number {
    return this.#loaderUs / 1_000;
  }

  get createdAt(): number {
    return this.#created + timeOrigin;
  }

  get freshUntil(): number {
    return this.#fresh + timeOrigin;
  }

  get revalidateUntil(): number {
    return this.freshUntil + this.#kind.revalidateMs;
  }

  get expiresAt(): number {
    return this.revalidateUntil + this.#kind.expireMs;
  }

  /** As of `HeldOptions`; it rises when more is known to have left the value alone. */
  get born(): number {
    return this.#born + this.#kind.sequenceOrigin;
  }

  set born(sequence: number) {
    this.#born = sequence - this.#kind.sequenceOrigin;
  }

  /** The sequence that its load was born at, whatever is known since. */
  get bornAt(): number {
    return this.#bornAt + this.#kind.sequenceOrigin;
  }

  /** Whether another is known to be more recent than this. */
  isBefore(other: Held<unknown>): boolean {
    return this.#since < other.#since;
  }

  /** What is known of it beside the value, as a new object; the ETag only where it is kept (`ValueCodec.headOf` has it always). */
  head(): EntryHead {
    const { tags, contentType, codec, negative, copy } = this.#kind;
    return {
      codec,
      rawBytes: this.#rawBytes,
      ...(contentType === undefined ? {} : { contentType }),
      tags,
      born: this.bornAt,
      createdAt: this.createdAt,
      freshUntil: this.freshUntil,
      revalidateUntil: this.revalidateUntil,
      expiresAt: this.expiresAt,
      ...(this.#ttlMs === 0 ? {} : { ttlMs: this.#ttlMs }),
      loaderMs: this.loaderMs,
      negative,
      ...(copy ? { copy } : {}),
      ...(this.#etag === undefined ? {} : { etag: this.#etag }),
    };
  }

  /** The same value with other times. */
  renewed(lifetime: Pick<EntryHead, 'createdAt' | 'freshUntil' | 'revalidateUntil' | 'expiresAt'>): Held<V> {
    const { tier, isHome } = this.#kind;
    return new Held<V>({
      value: this.value,
      head: { ...this.head(), ...lifetime },
      born: this.born,
      since: this.#since / SINCE_UNITS_PER_MS,
      ...(tier === undefined ? {} : { tier }),
      isHome,
      isStale: this.isStale,
    });
  }
}
