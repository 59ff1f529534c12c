import type { LoadStep, LoadTestResult } from '../../contracts/load-result.ts';
import { throughputAt } from '../../statistics/usl-model.ts';
import { type Mark, orNull, type Plot, type Series } from '../plot.ts';
import { curveNote, peakMarks, throughputSeries } from '../throughput-plot.ts';
import { formats } from '../units.ts';
import { levelOf } from './stretches.ts';

/** A curve says nothing of loads much above those that were tried. */
const drawnBeyondTested = 1.5;

export const stressSteps = ({ steps = [] }: Pick<LoadTestResult, 'steps'>): LoadStep[] =>
  steps
    .filter((step) => step.part === 'stress' && levelOf(step) !== undefined)
    .toSorted((one, other) => (levelOf(one) ?? 0) - (levelOf(other) ?? 0));

/** Throughput and response times against the load of each step. */
export function stressPlots(result: LoadTestResult): Plot[] {
  const steps = stressSteps(result);
  if (steps.length === 0) return [];
  const highest = Math.max(...steps.map((step) => levelOf(step) ?? 0));
  const isOpen = steps[0]?.users === undefined;
  const capacity = isOpen ? undefined : result.capacity;
  const end = highest * (capacity === undefined ? 1 : drawnBeyondTested);
  const x = (values: number[]): Plot['x'] => ({
    label: isOpen ? 'arrivals a second' : 'users',
    unit: isOpen ? 'perSecond' : 'users',
    scale: 'linear',
    values,
    range: [0, end],
  });
  const inWords = (level: number): string => (isOpen ? formats.perSecond(level) : formats.users(level));
  const breaking: Mark[] =
    result.breakingPoint == null
      ? []
      : [{ at: result.breakingPoint, label: `breaking point: ${inWords(result.breakingPoint)}` }];
  const peak = capacity === undefined ? [] : peakMarks(capacity, end);
  const throughput = throughputSeries(
    steps.map((step) => ({ level: levelOf(step) ?? 0, perSecond: orNull(step.requestsPerSecond) })),
    capacity && { at: (level) => throughputAt(capacity, level), end },
  );
  const levels = steps.map((step) => levelOf(step) ?? 0);
  const times = (label: string, colour: Series['colour'], value: (step: LoadStep) => number | undefined): Series => ({
    label,
    unit: 'ms',
    colour,
    shape: 'linked-points',
    values: steps.map((step) => orNull(value(step))),
  });
  return [
    {
      name: 'stress-throughput',
      title: 'Throughput by load, requests a second',
      ...(capacity === undefined ? {} : { note: curveNote }),
      x: x(throughput.values),
      series: throughput.series,
      marks: [...breaking, ...peak],
      stretches: [],
    },
    {
      name: 'stress-response-times',
      title: 'Response time by load, ms',
      x: x(levels),
      series: [
        times('p50', 'third', ({ p50ResponseTimeMs }) => p50ResponseTimeMs),
        times('p95', 'first', ({ p95ResponseTimeMs }) => p95ResponseTimeMs),
        times('p99', 'second', ({ p99ResponseTimeMs }) => p99ResponseTimeMs),
      ],
      marks: breaking,
      stretches: [],
    },
  ];
}
