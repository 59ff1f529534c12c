import { parsePattern } from '../../../../lib/cache/library/pattern.ts';
import type { CacheCoherence } from '../../../../lib/contracts/cache-policy.ts';
import type { Actor } from './virtual-time.ts';

/** What the caches hold: which reading of the source it was, and of which key. */
export interface Value {
  id: number;
  key: string;
}

/** A moment of a history: every one comes after all before it, also at the same time. */
interface Moment {
  at: number;
  ms: number;
}

/** A value that a loader has read or a `set` has decreed. */
export interface Version {
  id: number;
  key: string;
  tags: readonly string[];
  /** When the source was read; a decreed value is as new as the end of its `set`. Infinity while that is open. */
  readAt: number;
  by: string;
  /** It is kept in its process' memory alone. */
  isHere: boolean;
  /** When a load's value was taken by the store that all share, with a lease. */
  storedAt?: number;
}

export type Source = Pick<Version, 'key' | 'tags' | 'by' | 'isHere'>;

export type Target =
  | { kind: 'keys'; values: readonly string[] }
  | { kind: 'tags'; values: readonly string[] }
  | { kind: 'pattern'; values: readonly [string] }
  | { kind: 'clear'; values: readonly [] };

/** An invalidation, or a `set`, which is one of what its key had before. */
export interface Kill {
  label: string;
  target: Target;
  soft: boolean;
  begun: Moment;
  /** Missing while it has not been acknowledged: then it binds nobody. */
  acknowledged?: Moment;
  /** Everybody who is told this epoch sees it. */
  epoch?: number;
  process: Actor;
}

/** A call that answers values. */
export interface Question {
  label: string;
  begun: Moment;
  process: Actor;
  epoch?: number | undefined;
}

export interface Answer {
  key: string;
  value: Value;
  /** Answered as one that no soft invalidation has outlived. */
  isFresh: boolean;
  /** By the loader, for this call or one that it joined. */
  isLoaded: boolean;
}

export const targets = ({ kind, values }: Target, key: string, tags: readonly string[]): boolean => {
  if (kind === 'clear') return true;
  if (kind === 'keys') return values.includes(key);
  if (kind === 'tags') return values.some((tag) => tags.includes(tag));
  return parsePattern(values[0]).matches(key);
};

/**
 * What every answer of a cache is held against. It knows nothing of sequences, leases or tiers: only when the source was read, when
 * invalidations began and were acknowledged, and what the coherence mode promises.
 */
export class Truth {
  readonly violations: string[] = [];
  readonly #coherence: CacheCoherence;
  /** Whether processes have anything in common. */
  readonly #isShared: boolean;
  readonly #hasOneStore: boolean;
  readonly #nowMs: () => number;
  readonly #versions: Version[] = [];
  readonly #kills: Kill[] = [];
  #at = 0;

  /** @param hasOneStore nothing is kept but in one store, so that nobody has anything older than it */
  constructor(coherence: CacheCoherence, isShared: boolean, hasOneStore: boolean, nowMs: () => number) {
    this.#coherence = coherence;
    this.#hasOneStore = hasOneStore;
    this.#isShared = isShared;
    this.#nowMs = nowMs;
  }

  now(): Moment {
    return { at: ++this.#at, ms: this.#nowMs() };
  }

  /** The last epoch that an acknowledged invalidation has answered. */
  get epoch(): number | undefined {
    return this.#kills.findLast((kill) => kill.acknowledged !== undefined && kill.epoch !== undefined)?.epoch;
  }

  version(id: number): Version | undefined {
    return this.#versions[id];
  }

  /** The source is read now. */
  read(source: Source): Value {
    return this.#add(source, this.now().at);
  }

  /** A value is going to be decreed. */
  decree(source: Source): Value {
    return this.#add(source, Number.POSITIVE_INFINITY);
  }

  /** The `set` of a value has ended, or, when it failed, came to the store so late. */
  decreed({ id }: Value): void {
    const version = this.#versions[id];
    if (version !== undefined) version.readAt = this.now().at;
  }

  /** A load's value was taken by a store, with its lease. */
  stored({ id }: Value): void {
    const version = this.#versions[id];
    if (version !== undefined) version.storedAt ??= this.now().at;
  }

  /** An invalidation begins. */
  kill(kill: Omit<Kill, 'begun'>): Kill {
    const begun = { ...kill, begun: this.now() };
    this.#kills.push(begun);
    return begun;
  }

  acknowledge(kill: Kill, epoch: number | undefined): void {
    kill.acknowledged = this.now();
    if (epoch !== undefined) kill.epoch = epoch;
  }

  question(label: string, process: Actor, epoch?: number): Question {
    return { label, begun: this.now(), process, epoch };
  }

  check(question: Question, answer: Answer): void {
    const version = this.#versions[answer.value.id];
    if (version === undefined || version.key !== answer.key) {
      this.violations.push(`${question.label} answers for ${answer.key} what was never stored under it`);
      return;
    }
    for (const kill of this.#kills) {
      if (kill.begun.at < version.readAt || !targets(kill.target, version.key, version.tags)) continue;
      if (kill.soft && !answer.isFresh) continue;
      const why = this.#bindingOf(kill, question);
      if (why === undefined) continue;
      this.violations.push(
        `${question.label} answers ${version.by}, which was ${kill.soft ? 'purged softly' : 'killed'} by ${kill.label} (${why})`,
      );
      return;
    }
    if (this.#hasOneStore && !answer.isLoaded) this.#checkOrder(question, version);
  }

  /** What was loaded later and stored took the place of what was loaded before, for good. */
  #checkOrder({ label, begun }: Question, version: Version): void {
    const newer = this.#versions.find(
      ({ key, readAt, storedAt }) =>
        key === version.key && readAt > version.readAt && storedAt !== undefined && storedAt < begun.at,
    );
    if (newer !== undefined) this.violations.push(`${label} goes back to ${version.by} from ${newer.by}`);
  }

  /** Why a question must know of an invalidation; undefined when it need not. */
  #bindingOf({ acknowledged, process, epoch }: Kill, question: Question): string | undefined {
    if (acknowledged === undefined || acknowledged.at > question.begun.at) return undefined;
    if (process === question.process) return 'its own process';
    if (!this.#isShared) return undefined;
    if (epoch !== undefined && question.epoch !== undefined && epoch <= question.epoch) return 'the epoch given';
    if (this.#coherence === 'strict') return 'strict';
    if (this.#coherence === 'none') return undefined;
    const { boundedMs } = this.#coherence;
    return acknowledged.ms + boundedMs < question.begun.ms ? `over ${boundedMs} ms ago` : undefined;
  }

  #add({ by, ...source }: Source, readAt: number): Value {
    const id = this.#versions.length;
    this.#versions.push({ ...source, id, readAt, by: `${by}'s v${id}` });
    return { id, key: source.key };
  }
}
