import { rounded } from '../../telemetry/resources.ts';

/**
 * What several gains come to together, in percent: each takes its share of what the others leave, so that two of 50 % make 75 %.
 * @returns undefined where nothing is said of any
 */
export function combinedPercent(gainsPercent: readonly (number | undefined)[]): number | undefined {
  const known = gainsPercent.filter((gain) => gain !== undefined);
  if (known.length === 0) return undefined;
  return rounded(100 * (1 - known.reduce((left, gain) => left * (1 - gain / 100), 1)));
}
