import type { TierCost } from '../shared-tier.ts';

const READ_UNIT_BYTES = 4_096;
const WRITE_UNIT_BYTES = 1_024;

interface Consumed {
  CapacityUnits?: number | undefined;
}

/** Adds up units: as DynamoDB tells them, else by what was sent or answered. */
export class Bill {
  #readUnits = 0;
  #writeUnits = 0;

  /** @param bytes of each item, strongly consistent */
  read(told: readonly Consumed[] | undefined, bytes: () => readonly number[]): void {
    this.#readUnits += units(told) ?? estimate(bytes(), READ_UNIT_BYTES);
  }

  write(told: readonly Consumed[] | undefined, bytes: () => readonly number[]): void {
    this.#writeUnits += units(told) ?? estimate(bytes(), WRITE_UNIT_BYTES);
  }

  get total(): TierCost {
    return { readUnits: this.#readUnits, writeUnits: this.#writeUnits };
  }
}

function units(told: readonly Consumed[] | undefined): number | undefined {
  let sum: number | undefined;
  for (const { CapacityUnits } of told ?? []) if (CapacityUnits !== undefined) sum = (sum ?? 0) + CapacityUnits;
  return sum;
}

const estimate = (bytes: readonly number[], unit: number): number =>
  bytes.reduce((sum, each) => sum + Math.max(1, Math.ceil(each / unit)), 0);
