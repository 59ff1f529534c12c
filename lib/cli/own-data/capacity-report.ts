import { decimal, significant } from '../../contracts/figures.ts';
import { throughputAt } from '../../statistics/usl-model.ts';
import { niceTicks } from '../axis-ticks.ts';
import { wrapped } from '../fit.ts';
import type { Look } from '../terminal.ts';
import { type Point, terminalPlot } from '../terminal-plot.ts';
import { textTable } from '../text-table.ts';
import type { CapacityFound, FittedCapacity } from './capacity.ts';
import { capacityHeadline, capacityRemarks } from './capacity-words.ts';

/** What was found, for the terminal: in words, as a plot, and in figures. */
export function capacityLines(found: CapacityFound, look: Look): string[] {
  const { colours, width } = look;
  const headline = wrapped(capacityHeadline(found), width).map((line) => colours.bold(line));
  if (!found.fitted) return [...headline, '', ...plotOf(found.points, [], [], look)];
  const peak = found.maxUsers === undefined ? [] : [found.interval.maxUsers.low, found.maxUsers];
  const high = found.maxUsers === undefined ? undefined : found.interval.maxUsers.high;
  return [
    ...headline,
    '',
    ...plotOf(found.points, curveOf(found), [...peak, ...(high === undefined ? [] : [high])], look),
    ...(found.maxUsers === undefined ? [] : wrapped(legend(high), width, '  ').map((line) => colours.dim(line))),
    '',
    ...parameterTable(found, look),
    '',
    ...capacityRemarks(found).flatMap((remark) => wrapped(remark, width, '  ')),
  ];
}

const legend = (high: number | undefined): string =>
  `● measured, ━ the fitted law, ┊ its peak and where that lies in 95 of 100 cases${
    high === undefined ? ', which has no upper end within reach' : ''
  }`;

const curvePoints = 120;

function curveOf(found: FittedCapacity): Point[] {
  return Array.from({ length: curvePoints + 1 }, (_, index) => {
    const x = (found.reachUsers * index) / curvePoints;
    return { x, y: throughputAt(found, x) };
  });
}

function plotOf(
  points: readonly { users: number; throughput: number }[],
  curve: readonly Point[],
  levels: readonly number[],
  look: Look,
): string[] {
  const axis = { ticks: niceTicks, format: decimal };
  return terminalPlot(
    {
      title: 'Requests a second, by users',
      lines: curve.length === 0 ? [] : [curve],
      points: points.map(({ users, throughput }) => ({ x: users, y: throughput })),
      levels: levels.map((x) => ({ x })),
      x: { ...axis, label: 'users' },
      y: axis,
      yRange: [0, 0],
    },
    look,
  );
}

function parameterTable({ lambda, sigma, kappa, rSquared, interval }: FittedCapacity, { colours }: Look): string[] {
  const between = ({ low, high }: { low: number; high: number }): string =>
    `${significant(low)} to ${significant(high)}`;
  const heading = ['', '', '95 % interval'].map((text) => colours.dim(text));
  return textTable(
    ['left', 'right', 'left'],
    [
      heading,
      ['lambda  requests/s of one user alone', significant(lambda), between(interval.lambda)],
      ['sigma   contention', significant(sigma), between(interval.sigma)],
      ['kappa   crosstalk', significant(kappa), between(interval.kappa)],
      ['R²', significant(rSquared), ''],
    ],
  );
}
