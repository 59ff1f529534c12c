import type { LoadCost } from '../contracts/load-result.ts';
import { dollars } from './figures.ts';
import { wrapped } from './fit.ts';

/** What a load test or a comparison costs: as it was expected, and as it was. */
export function costLines(cost: LoadCost | undefined, width: number): string[] {
  if (cost === undefined) return [];
  const { estimatedUsd, actualUsd, note } = cost;
  const estimated = `estimated ${dollars(estimatedUsd)}`;
  const sums = actualUsd === undefined ? estimated : `${dollars(actualUsd)} (${estimated})`;
  return wrapped(`Cost: ${sums}. ${note}`, width, '  ');
}
