import type { Capacity } from '../contracts/load-result.ts';
import type { Plot, Series } from './plot.ts';
import { formats } from './units.ts';

export interface Measured {
  level: number;
  perSecond: number | null;
}

const curvePoints = 80;

/** The throughput that was measured at each level, and a curve through and beyond it, along one x axis. */
export function throughputSeries(
  measured: readonly Measured[],
  curve?: { at: (level: number) => number; end: number },
): { values: number[]; series: Series[] } {
  const between =
    curve === undefined
      ? []
      : Array.from({ length: curvePoints + 1 }, (_, index) => (curve.end * index) / curvePoints).map((level) => ({
          level,
          perSecond: null,
        }));
  const points = [...measured, ...between].toSorted((one, other) => one.level - other.level);
  const found: Series = {
    label: 'measured',
    unit: 'perSecond',
    colour: 'first',
    shape: curve === undefined ? 'linked-points' : 'points',
    values: points.map(({ perSecond }) => perSecond),
  };
  const fitted = curve && {
    label: 'fitted',
    unit: 'perSecond' as const,
    colour: 'fourth' as const,
    shape: 'line' as const,
    values: points.map(({ level }) => curve.at(level)),
  };
  return { values: points.map(({ level }) => level), series: fitted === undefined ? [found] : [found, fitted] };
}

/** How a curve is to be read, beside its plot. */
export const curveNote = 'The line is the fitted Universal Scalability Law.';

/** Where the curve has its highest point, when that lies within the plot. */
export const peakMarks = ({ maxUsers }: Pick<Capacity, 'maxUsers'>, end: number, remark = ''): Plot['marks'] =>
  maxUsers === undefined || maxUsers > end
    ? []
    : [{ at: maxUsers, label: `peak of the curve: ${formats.users(maxUsers)}${remark}` }];
