import type { MetricSet, Over, Reading } from './metric-sets.ts';

/** One metric with one statistic: what CloudWatch is asked, and asks to be paid, for. */
export interface MetricQuery {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: string;
}

/** What a metric was in one period. */
export interface MetricPoint {
  /** When the period began, in epoch milliseconds. */
  readonly atMs: number;
  readonly value: number;
}

export type Points = ReadonlyMap<string, readonly MetricPoint[]>;

/** The same for queries that ask for the same. */
export const queryKey = ({ namespace, metric, dimensions, statistic }: MetricQuery): string =>
  JSON.stringify([namespace, metric, statistic, ...Object.entries(dimensions)]);

const queryOf = (set: MetricSet<string>, name: string, { metric, statistic }: Reading): MetricQuery => ({
  namespace: set.namespace,
  metric,
  dimensions: set.dimensions(name),
  statistic,
});

export const queriesOf = (set: MetricSet<string>, name: string): MetricQuery[] =>
  Object.values(set.readings).map((reading) => queryOf(set, name, reading));

const combine: Record<Over, (points: readonly MetricPoint[]) => number> = {
  total: (points) => points.reduce((total, { value }) => total + value, 0),
  highest: (points) => points.reduce((highest, { value }) => Math.max(highest, value), Number.NEGATIVE_INFINITY),
  latest: (points) => points.reduce((last, point) => (point.atMs >= last.atMs ? point : last)).value,
};

/** To six digits: sums of many periods end in noise. */
const rounded = (value: number): number => Number(value.toPrecision(6));
const roundedCount = (value: number): number => (Number.isInteger(value) ? value : rounded(value));

/** The figures that there is anything of. */
export function figuresOf<Figure extends string>(
  set: MetricSet<Figure>,
  name: string,
  points: Points,
): Partial<Record<Figure, number>> {
  const figures: Partial<Record<Figure, number>> = {};
  for (const figure of Object.keys(set.readings) as Figure[]) {
    const reading = set.readings[figure];
    const found = points.get(queryKey(queryOf(set, name, reading)));
    if (found === undefined || found.length === 0) continue;
    figures[figure] = roundedCount(combine[reading.over](found) * (reading.scale ?? 1));
  }
  return figures;
}

/** Undefined where one of the two is not known, or nothing is divided by. */
export const quotient = (dividend: number | undefined, divisor: number | undefined): number | undefined =>
  dividend === undefined || divisor === undefined || divisor === 0 ? undefined : rounded(dividend / divisor);
