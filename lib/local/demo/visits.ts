import type { ShopFaults } from './faults.ts';

/** Remembers which products were looked at last. */
export interface Visits {
  note(productId: number): void;
  readonly last: readonly number[];
}

const remembered = 20;
const numbersPerKb = 128;

export function createVisits({ keptPerVisitKb }: Pick<ShopFaults, 'keptPerVisitKb'>): Visits {
  const last: number[] = [];
  /** What nobody ever looks at, or lets go of. */
  const kept: number[][] = [];
  return {
    last,
    note(productId) {
      last.unshift(productId);
      last.length = Math.min(last.length, remembered);
      if (keptPerVisitKb > 0) kept.push(new Array<number>(Math.ceil(keptPerVisitKb * numbersPerKb)).fill(productId));
    },
  };
}
