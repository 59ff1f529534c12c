import { ownErrors } from '../telemetry/own-errors.ts';
import { LivingSet } from './living-set.ts';

/** Holds memory that can be had again: a cache, a pool, a table of what was calculated. */
export interface Trimmable {
  /**
   * Lets go of about so much of what it holds, the least useful first. Called while memory is short: it should allocate little.
   *
   * @param fraction above 0, up to 1
   * @returns the bytes that it let go of, if it knows; anything else says nothing
   */
  trim(fraction: number): unknown;
}

export interface Trimmed {
  /** How many were asked. */
  readonly trimmables: number;
  /** By their own account, of those that have one. */
  readonly freedBytes: number;
}

interface Trimmables {
  readonly added: Set<Trimmable>;
  /** Headroom's own caches and pools: nobody has to take them out. */
  readonly living: LivingSet<object>;
  readonly ways: WeakMap<object, (owner: never, fraction: number) => unknown>;
}

const key = Symbol.for('headroom.trimmables');
const shared: typeof globalThis & { [key]?: Trimmables } = globalThis;
shared[key] ??= { added: new Set(), living: new LivingSet(), ways: new WeakMap() };
const trimmables = shared[key];

/** Has it trimmed when memory is short. @returns what takes it out again */
export function addTrimmable(trimmable: Trimmable): () => void {
  trimmables.added.add(trimmable);
  return () => {
    trimmables.added.delete(trimmable);
  };
}

/** As `addTrimmable`, as long as it is used elsewhere. @param trim must not hold it */
export function addWhileUsed<Owner extends object>(
  owner: Owner,
  trim: (owner: Owner, fraction: number) => unknown,
): void {
  trimmables.living.add(owner);
  trimmables.ways.set(owner, trim);
}

/** Trims all that is known. One that throws is counted as an error of the SDK's own. @param fraction above 0, up to 1 */
export function trimAll(fraction: number): Trimmed {
  if (!(fraction > 0 && fraction <= 1)) throw new RangeError('the fraction to trim is above 0, up to 1');
  let [asked, freedBytes] = [0, 0];
  const ask = (trim: () => unknown): void =>
    ownErrors.guard('Trimming', () => {
      asked++;
      const freed = trim();
      if (typeof freed === 'number' && freed > 0) freedBytes += freed;
    });
  for (const each of [...trimmables.added]) ask(() => each.trim(fraction));
  for (const each of trimmables.living) ask(() => trimmables.ways.get(each)?.(each as never, fraction));
  return { trimmables: asked, freedBytes };
}
