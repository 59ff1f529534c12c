import type { Change } from '../../../lib/contracts/optimizations.ts';
import type { Applier, Appliers, Held } from '../../../lib/optimization/applier.ts';
import { isSameValue, placeOf } from '../../../lib/optimization/sides.ts';
import { DomainError } from '../../../lib/platform/errors.ts';

interface Place {
  value: Held['value'];
  revision: number;
}

/**
 * A world that can be changed: a value and a revision at each place, and the times at which each value came. It refuses, as real
 * services do, what does not hold the revision that is there.
 */
export class Switchboard {
  readonly #places = new Map<string, Place>();
  readonly #clock: () => number;
  /** All that was written, in order. */
  readonly writes: { place: string; value: Held['value']; at: number }[] = [];
  /** Places that cannot be changed, with what is said of them. */
  readonly refused = new Map<string, DomainError>();

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** By whoever else. */
  put(change: Change, value: Held['value']): void {
    const place = placeOf(change);
    this.#set(place, value, (this.#places.get(place)?.revision ?? 0) + 1);
  }

  #set(place: string, value: Held['value'], revision: number): void {
    this.#places.set(place, { value, revision });
    this.writes.push({ place, value, at: this.#clock() });
  }

  valueAt(change: Change): Held['value'] {
    return this.#places.get(placeOf(change))?.value ?? null;
  }

  /** Which value was there at a time. */
  valueWhen(change: Change, at: number): Held['value'] {
    const place = placeOf(change);
    return this.writes.findLast((write) => write.place === place && write.at <= at)?.value ?? null;
  }

  get appliers(): Appliers {
    const applier: Applier<'cache-policy'> & Applier<'aws'> = {
      read: async (_project: string, change: Change) => this.#held(change),
      write: async (_project: string, change: Change, value: Held['value'], held: Held) => {
        const present = this.#held(change);
        if (isSameValue(present.value, value)) return present;
        if (present.revision !== held.revision) throw new DomainError('conflict', 'The revision is another one.');
        // What a resource of AWS belongs to stays as it is, whatever Headroom changes of it.
        if (change.kind === 'aws') this.#set(placeOf(change), value, Number(present.revision));
        else this.put(change, value);
        return this.#held(change);
      },
    };
    return { 'cache-policy': applier, aws: applier };
  }

  #held(change: Change): Held {
    const place = placeOf(change);
    const refusal = this.refused.get(place);
    if (refusal !== undefined) throw refusal;
    const { value = null, revision = 0 } = this.#places.get(place) ?? {};
    return { value, revision: String(revision) };
  }
}
