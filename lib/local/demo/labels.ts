import { createHmac, pbkdf2Sync } from 'node:crypto';
import type { ShopFaults } from './faults.ts';

export interface Label {
  readonly text: string;
  /** By which a till knows that the label is the shop's. */
  readonly signature: string;
}

const deriveKey = (rounds: number): Buffer => pbkdf2Sync('the shop’s secret', 'labels', rounds, 32, 'sha256');

/** Prints labels for products. */
export function createLabels({ labelKeyRounds }: Pick<ShopFaults, 'labelKeyRounds'>): (text: string) => Label {
  const kept = deriveKey(1);
  return (text) => {
    const key = labelKeyRounds > 0 ? deriveKey(labelKeyRounds) : kept;
    return { text, signature: createHmac('sha256', key).update(text).digest('hex') };
  };
}
