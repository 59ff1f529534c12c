import type { HistoryPoint } from '../../telemetry/history/service.ts';

/** With more of them missing, what is put in their place would be foretold, and not what was measured. */
const mostMissing = 0.2;

/**
 * The values from the first to the last point, one for each step. Where one is missing stands that of a round before, else the
 * one before it.
 *
 * @param round in steps: a day of hours, a week of days
 * @returns undefined where too much is missing
 */
export function evenlySpaced(points: readonly HistoryPoint[], stepMs: number, round: number): number[] | undefined {
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined) return [];
  const steps = Math.round((last.at - first.at) / stepMs) + 1;
  if (points.length < steps * (1 - mostMissing)) return undefined;
  const known = new Map(points.map(({ at, value }) => [Math.round((at - first.at) / stepMs), value]));
  const values: number[] = [];
  for (let step = 0; step < steps; step++) {
    values.push(known.get(step) ?? values[step - round] ?? values[step - 1] ?? first.value);
  }
  return values;
}
