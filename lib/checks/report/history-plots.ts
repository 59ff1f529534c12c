import type { PipelineReport } from '../../contracts/pipelines.ts';
import type { Mark, Plot } from '../../pages/plot.ts';
import { formats } from '../../pages/units.ts';

type Course = NonNullable<PipelineReport['course']>;

/** How each figure went in the days that a report is of, with what was unusual in it, and where its level changed. */
export const coursePlots = ({ course, anomalies, changePoints }: PipelineReport): Plot[] =>
  (course?.series ?? []).flatMap((each) => {
    // One point makes no course.
    if (course === undefined || each.values.filter((value) => value !== null).length < 2) return [];
    return [coursePlot(course, each, unusualOf(anomalies, each.metric), marksOf(changePoints, course, each.metric))];
  });

function coursePlot(
  { from, to, stepSeconds }: Course,
  { metric, unit, values }: Course['series'][number],
  unusual: ReadonlyMap<number, number>,
  marks: Mark[],
): Plot {
  const begin = Date.parse(from) / 1000;
  const seconds = values.map((_, index) => begin + index * stepSeconds);
  const peaks = seconds.map((at) => unusual.get(at) ?? null);
  return {
    name: `course-${metric}`,
    title: unit === undefined ? metric : `${metric}, ${unit}`,
    x: { label: 'UTC', unit: 'moment', scale: 'date', values: seconds, range: [begin, Date.parse(to) / 1000] },
    series: [
      { label: metric, unit: 'bare', colour: 'first', shape: 'line', values },
      ...(peaks.every((peak) => peak === null)
        ? []
        : [{ label: 'anomaly', unit: 'bare', colour: 'bad', shape: 'points', values: peaks } as const]),
    ],
    marks,
    stretches: [],
    low: true,
  };
}

/** By seconds since 1970. */
const unusualOf = ({ series }: PipelineReport['anomalies'], metric: string): Map<number, number> => {
  const found = series.find((each) => each.metric === metric)?.found;
  const anomalies = found?.enough ? found.anomalies : [];
  return new Map(anomalies.map(({ peakAt, value }) => [Date.parse(peakAt) / 1000, value]));
};

/** Changes are sought in longer times than what is drawn. */
const marksOf = ({ series }: PipelineReport['changePoints'], { from, to }: Course, metric: string): Mark[] => {
  const found = series.find((each) => each.metric === metric)?.found;
  return (found?.enough ? found.changePoints : [])
    .filter(({ at }) => at >= from && at <= to)
    .map(({ at, changePercent }) => ({
      at: Date.parse(at) / 1000,
      label: changePercent === undefined ? 'change' : formats.change(changePercent),
    }));
};

/** Where there are several days, the mean and the highest throughput of each. */
export function dayPlots({ peaks: { found } }: PipelineReport): Plot[] {
  if (!found.enough || found.byDay.length < 2) return [];
  const days = found.byDay.map(({ day }) => Date.parse(day) / 1000);
  const [first = 0] = days;
  return [
    {
      name: 'days',
      title: 'Throughput by day, requests/s',
      x: { label: 'UTC', unit: 'moment', scale: 'date', values: days, range: [first, days.at(-1) ?? first] },
      series: [
        {
          label: 'highest over ten seconds',
          unit: 'perSecond',
          colour: 'second',
          shape: 'linked-points',
          values: found.byDay.map(({ peakRequestsPerSecond }) => peakRequestsPerSecond),
        },
        {
          label: 'mean',
          unit: 'perSecond',
          colour: 'first',
          shape: 'linked-points',
          values: found.byDay.map(({ requestsPerSecond }) => requestsPerSecond),
        },
      ],
      marks: [],
      stretches: [],
      low: true,
    },
  ];
}
