import { decimal } from '../../contracts/figures.ts';
import { niceTicks, timeTicks } from '../axis-ticks.ts';
import { wrapped } from '../fit.ts';
import type { Look } from '../terminal.ts';
import { type Point, terminalPlot } from '../terminal-plot.ts';
import { textTable } from '../text-table.ts';
import { timeAt } from './even-series.ts';
import type { LevelChange, SeriesFound } from './series-found.ts';
import {
  forecastInWords,
  rangeInWords,
  seriesHeadline,
  signed,
  spacingInWords,
  trendInWords,
  unlike,
} from './series-words.ts';
import { thinned } from './thinned.ts';
import { timeInWords } from './timestamps.ts';

/** More are in the page, and in the JSON. */
const mostRows = 10;

/** What was found, for the terminal: in words, as plots, and in tables. */
export function seriesLines(found: SeriesFound, notes: readonly string[], look: Look): string[] {
  const { colours, width } = look;
  const said = (sentences: readonly string[]): string[] =>
    sentences.flatMap((sentence) => wrapped(sentence, width, '  ', '    '));
  return [
    ...wrapped(seriesHeadline(found), width).map((line) => colours.bold(line)),
    ...wrapped(`${rangeInWords(found)}.`, width).map((line) => colours.dim(line)),
    ...said([...notes, ...spacingInWords(found)]),
    '',
    ...seriesPlot(found, look),
    ...anomalyTable(found, look),
    ...changeTable(found, look),
    '',
    ...said([`Trend: ${trendInWords(found)}`, `Forecast: ${forecastInWords(found.forecast)}`]),
    ...forecastPlot(found, look),
  ];
}

const points = (series: readonly { timestampMs: number; value: number }[]): Point[] =>
  series.map(({ timestampMs, value }) => ({ x: timestampMs, y: value }));

const day = 86_400_000;

/** As much of the time as tells its ticks apart. */
function timeAxis(fromMs: number, toMs: number) {
  const days = (toMs - fromMs) / day;
  const [begin, end] = days > 300 ? [0, 10] : days > 10 ? [5, 10] : days > 2 ? [5, 16] : [11, 19];
  return { ticks: timeTicks, format: (ms: number) => timeInWords(ms).slice(begin, end) };
}

function seriesPlot({ points: scored, anomalies, changes }: SeriesFound, look: Look): string[] {
  const [first, last] = [scored[0], scored.at(-1)];
  if (first === undefined || last === undefined) return [];
  const unusual = anomalies.enough ? anomalies.found : [];
  const changed = changes.enough ? changes.found : [];
  const drawn = terminalPlot(
    {
      title: 'The series',
      lines: [thinned(points(scored), look.width)],
      points: unusual.map(({ peakAt, value }) => ({ x: peakAt, y: value, tone: 'bad' })),
      levels: changed.map(({ atMs }) => ({ x: atMs })),
      x: { ...timeAxis(first.timestampMs, last.timestampMs), label: 'UTC' },
      y: { ticks: niceTicks, format: decimal },
    },
    look,
  );
  const legend = [
    ...(unusual.length === 0 ? [] : ['● an anomaly']),
    ...(changed.length === 0 ? [] : ['┊ a change of level']),
  ].join(', ');
  return [...drawn, ...(legend === '' ? [] : [look.colours.dim(`  ${legend}`)])];
}

function anomalyTable({ anomalies }: SeriesFound, { colours, width }: Look): string[] {
  if (!anomalies.enough) return ['', `  Anomalies: none is claimed: ${anomalies.reason}.`];
  if (anomalies.found.length === 0) return [];
  const worst = anomalies.found.toSorted((a, b) => b.score - a.score).slice(0, mostRows);
  const rows = worst
    .toSorted((a, b) => a.from - b.from)
    .map(({ peakAt, value, low, high, score, kind }) => [
      timeInWords(peakAt),
      decimal(value),
      `${decimal(low)} to ${decimal(high)}`,
      score.toFixed(2),
      unlike[kind],
    ]);
  const heading = ['anomaly', 'value', 'usual (99 %)', 'score', ''].map((text) => colours.dim(text));
  return [
    '',
    ...textTable(['left', 'right', 'right', 'right', 'left'], [heading, ...rows], { width, drop: [2] }),
    ...left(anomalies.found),
  ];
}

function changeTable({ changes }: SeriesFound, { colours, width }: Look): string[] {
  if (!changes.enough) return ['', `  Changes of level: none is claimed: ${changes.reason}.`];
  if (changes.found.length === 0) return [];
  const clearest = changes.found.toSorted((a, b) => a.pValue - b.pValue).slice(0, mostRows);
  const rows = clearest
    .toSorted((a, b) => a.atMs - b.atMs)
    .map((change) => [
      timeInWords(change.atMs),
      decimal(change.before),
      decimal(change.after),
      ...changeCells(change),
      `${timeInWords(change.earliestMs)} to ${timeInWords(change.latestMs)}`,
    ]);
  const heading = ['change of level', 'before', 'after', 'by', '95 %', 'when (95 %)'].map((text) => colours.dim(text));
  return [
    '',
    ...textTable(['left', 'right', 'right', 'right', 'right', 'left'], [heading, ...rows], { width, drop: [5, 4] }),
    ...left(changes.found),
  ];
}

/** Of a level that is not above 0 there are no percents. */
const changeCells = ({ changePercent, interval }: LevelChange): [by: string, between: string] => [
  changePercent === undefined ? '' : signed(changePercent),
  interval === undefined ? '' : `${signed(interval.low)} to ${signed(interval.high)}`,
];

const left = (found: readonly unknown[]): string[] =>
  found.length > mostRows ? [`  The ${mostRows} clearest of ${found.length}; --json and --html have all.`] : [];

/** So many values before the forecast are drawn for each of it. */
const drawnBefore = 3;

function forecastPlot({ forecast, even }: SeriesFound, look: Look): string[] {
  if (!forecast.enough || even === undefined || forecast.points.length < 2) return [];
  const { points: ahead } = forecast;
  const begin = Math.max(0, even.values.length - drawnBefore * ahead.length);
  const before = even.values.slice(begin).map((y, index) => ({ x: timeAt(even, begin + index), y }));
  const line = (of: 'value' | 'low' | 'high'): Point[] =>
    thinned(
      ahead.map((point) => ({ x: point.timestampMs, y: point[of] })),
      look.width,
    );
  const fromMs = timeAt(even, even.values.length);
  const end = timeAt(even, even.values.length + ahead.length);
  const drawn = terminalPlot(
    {
      title: 'The forecast',
      lines: [thinned(before, look.width), line('value'), line('low'), line('high')],
      levels: [{ x: fromMs }],
      x: { ...timeAxis(before[0]?.x ?? fromMs, end), label: 'UTC' },
      y: { ticks: niceTicks, format: decimal },
    },
    look,
  );
  return ['', ...drawn, look.colours.dim('  ┊ from here on: the forecast, between the ends of its 95 % interval')];
}
