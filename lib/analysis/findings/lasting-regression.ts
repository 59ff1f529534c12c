import type { ChangePoint } from '../../contracts/history-analysis/change-points.ts';

/** Of a change to the worse, as much may be left when it counts as taken back. */
const recoveredShare = 0.1;

/**
 * The last change to the worse that was not taken back since, from the level before it to the one of now.
 *
 * @param changes in order of time
 */
export function lastingRegression(changes: readonly ChangePoint[]): ChangePoint | undefined {
  const current = changes.at(-1)?.after;
  const regression = changes.findLast(
    ({ verdict, before, after }) =>
      verdict === 'regression' && current !== undefined && (current - before) / (after - before) > recoveredShare,
  );
  if (regression === undefined || current === undefined || regression.after === current) return regression;
  // What is known of the size of the first step does not hold for all of them together.
  const { changePercent: _, interval: __, ...kept } = regression;
  const { before } = regression;
  const changePercent = before === 0 ? {} : { changePercent: (100 * (current - before)) / Math.abs(before) };
  return { ...kept, after: current, ...changePercent };
}
