import type { ChangeKind, ChangeOf } from '../contracts/optimizations.ts';

type Value = ChangeOf<'setting'>['before'];

/** What a change would replace, and how to know later that nobody else has replaced it meanwhile. */
export interface Held {
  /** Of an index: what creates it, as the change says it; null when there is none. */
  value: Value;
  /** Of what it belongs to, where the service has such: a revision id, an ETag, an item's version. */
  revision?: string;
  /** What stands there is what some of the calls leave that lead from one side of the change to the other: both may take its place. */
  isPartial?: true;
  /** In words: what work that is done came to. */
  outcome?: string;
}

/**
 * Carries out one kind of change. A change can be cut off between any two steps and is taken up again by another process, so:
 * `read` tells what is there, `write` comes to the same however often it is done, and refuses when what it replaces is not what was
 * held.
 */
export interface Applier<Kind extends ChangeKind> {
  /**
   * What is there now.
   * @throws DomainError not-found when what it would change is not there; forbidden when Headroom may not change it
   */
  read(project: string, change: ChangeOf<Kind>): Promise<Held>;
  /**
   * Puts `value` in the place of what was held, and returns when that is in force.
   * @returns what is held now
   * @throws DomainError conflict when something else is there by now
   */
  write(project: string, change: ChangeOf<Kind>, value: Value, held: Held): Promise<Held>;
}

/** By the kinds of change that a deployment can make. */
export type Appliers = { readonly [Kind in ChangeKind]?: Applier<Kind> };
