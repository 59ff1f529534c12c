import type { Rollup } from '../rollups/rollup.ts';
import { compare } from './merging.ts';

export interface Reporter {
  instance: string;
  /** Windows that it has lost since it started. */
  dropped: number;
  /** What went wrong within its SDK since it started. */
  errors: number;
}

/** A rollup names so many: with each process that starts there is one more. */
const maxNamed = 200;

const worstFirst = (a: Reporter, b: Reporter): number =>
  b.dropped - a.dropped || b.errors - a.errors || compare(a.instance, b.instance);

/** Who reported. What one says since it started is the higher the later it is. */
export class Instances {
  readonly #known = new Map<string, Reporter>();
  #more = 0;

  add({ instance, dropped, errors }: Reporter): void {
    const known = this.#known.get(instance);
    this.#known.set(instance, {
      instance,
      dropped: Math.max(dropped, known?.dropped ?? 0),
      errors: Math.max(errors, known?.errors ?? 0),
    });
  }

  addRollup({ instances, moreInstances }: Pick<Rollup, 'instances' | 'moreInstances'>): void {
    for (const reporter of instances) this.add(reporter);
    // Most likely they are the same ones in each.
    this.#more = Math.max(this.#more, moreInstances);
  }

  get names(): string[] {
    return [...this.#known.keys()].sort();
  }

  get count(): number {
    return this.#known.size + this.#more;
  }

  sum(figure: 'dropped' | 'errors'): number {
    return [...this.#known.values()].reduce((sum, reporter) => sum + reporter[figure], 0);
  }

  pack(): Pick<Rollup, 'instances' | 'moreInstances'> {
    const named = [...this.#known.values()].sort(worstFirst).slice(0, maxNamed);
    return { instances: named, moreInstances: this.count - named.length };
  }
}
