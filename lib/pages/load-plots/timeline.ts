import type { LoadTestResult, TimelinePoint } from '../../contracts/load-result.ts';
import { orNull, type Plot, type Series } from '../plot.ts';
import { recoveryMarks, stepStretches } from './stretches.ts';

type Over = Pick<LoadTestResult, 'timeline' | 'steps' | 'spike'>;

/** A test along its time, in plots whose x axes are one. */
export function timelinePlots(result: Over): Plot[] {
  const { timeline, steps = [] } = result;
  if (timeline.length === 0) return [];
  const last = timeline.at(-1);
  const x: Plot['x'] = {
    label: 'time since the start',
    unit: 'clock',
    scale: 'time',
    values: timeline.map(({ second }) => second),
    range: [0, last === undefined ? 1 : last.second + last.durationSeconds],
  };
  const marks = recoveryMarks(result);
  const stretches = stepStretches(steps);
  const of = (value: (point: TimelinePoint) => number | undefined): Series['values'] =>
    timeline.map((point) => orNull(value(point)));
  const latency = (label: string, colour: Series['colour'], values: Series['values']): Series => ({
    label,
    unit: 'ms',
    colour,
    shape: 'line',
    values,
  });
  return [
    {
      name: 'throughput',
      title: 'Throughput and failures, requests a second',
      x,
      marks,
      stretches,
      series: [
        {
          label: 'requests',
          unit: 'perSecond',
          colour: 'first',
          shape: 'area',
          values: of(({ requestsPerSecond }) => requestsPerSecond),
        },
        {
          label: 'failed',
          unit: 'perSecond',
          colour: 'bad',
          shape: 'line',
          values: of(({ failedRequests, durationSeconds }) => failedRequests / durationSeconds),
        },
      ],
    },
    {
      name: 'response-times',
      title: 'Response time, ms',
      x,
      marks,
      stretches,
      series: [
        latency(
          'p50',
          'third',
          of(({ p50ResponseTimeMs }) => p50ResponseTimeMs),
        ),
        latency(
          'p95',
          'first',
          of(({ p95ResponseTimeMs }) => p95ResponseTimeMs),
        ),
        latency(
          'p99',
          'second',
          of(({ p99ResponseTimeMs }) => p99ResponseTimeMs),
        ),
      ],
    },
    {
      name: 'active-users',
      title: 'Active users',
      low: true,
      x,
      marks: [],
      stretches,
      series: [
        {
          label: 'users',
          unit: 'count',
          colour: 'fourth',
          shape: 'steps',
          values: of(({ activeUsers }) => activeUsers),
        },
      ],
    },
  ];
}
