import { basename } from 'node:path';
import { banner } from '../../pages/banner.ts';
import { figure } from '../../pages/figures.ts';
import { type Markup, markup } from '../../pages/markup.ts';
import type { Colour, Plot, Series } from '../../pages/plot.ts';
import { plotPlaces } from '../../pages/plot-places.ts';
import { section, table } from '../../pages/table.ts';
import type { Pair } from '../../statistics/paired-ratio.ts';
import type { DataPage } from './data-command.ts';
import { beyondInWords, type Improvements, improvementsOf } from './improvements.ts';
import type { Judged, SideFigures } from './judge.ts';
import { evidenceInWords, verdictInWords } from './judge-words.ts';
import { sidesPlot } from './sides-plot.ts';

const tones = { keep: 'good', reject: 'bad', inconclusive: 'doubtful' } as const;

/** @param file as the user gave it */
export function judgePage(judged: Judged, pairs: readonly Pair[], file: string): DataPage {
  const plots = [ratioPlot(judged, pairs), sidesPlot(pairs)];
  return {
    title: `Verdict on ${basename(file)}`,
    about: [`${judged.pairs} pairs`, `${judged.clusters} workers`, `margin ${judged.marginPercent} %`],
    notes: [banner({ tone: tones[judged.verdict], title: verdictInWords(judged) })],
    parts: [
      section(
        'pairs',
        'The pairs',
        plotPlaces(plots, ['improvements']),
        ...evidenceInWords(judged).map((sentence) => markup`<p class="note">${sentence}</p>`),
      ),
      section('sides', 'Both sides', plotPlaces(plots, ['sides']), sideTable(judged)),
    ],
    plots,
  };
}

const workerColours: readonly Colour[] = ['first', 'second', 'third', 'fourth'];

function ratioPlot(judged: Judged, pairs: readonly Pair[]): Plot {
  const { improvementPercent, interval } = judged;
  const improvements = improvementsOf(pairs, judged);
  const workers = [...new Set(pairs.map(({ cluster }) => String(cluster)))];
  // More could not be told apart.
  const apart = workers.length > 1 && workers.length <= workerColours.length ? workers : undefined;
  const points = (label: string, colour: Colour, isShown: (pair: Pair) => boolean): Series => ({
    label,
    unit: 'change',
    colour,
    shape: 'points',
    values: pairs.map((pair, index) => (isShown(pair) ? (improvements.values[index] ?? null) : null)),
  });
  const shown = apart?.map((name, index) =>
    points(name, workerColours[index] ?? 'first', ({ cluster }) => String(cluster) === name),
  ) ?? [points('pair', 'first', () => true)];
  const level = (label: string, value: number): Series => ({
    label,
    unit: 'change',
    colour: 'fifth',
    shape: 'line',
    values: pairs.map(() => value),
  });
  const bounds =
    interval === undefined ? [] : [level('95 % high', interval.highPercent), level('95 % low', interval.lowPercent)];
  return {
    name: 'improvements',
    title: 'Improvement of each pair, %',
    note: ['Above 0, b was faster than a.', beyondInWords(improvements)].filter(Boolean).join(' '),
    x: {
      label: 'pair',
      unit: 'count',
      scale: 'linear',
      values: pairs.map((_, index) => index + 1),
      range: [0.5, pairs.length + 0.5],
    },
    y: { range: spaced(improvements) },
    series: [...shown, ...(improvementPercent === undefined ? [] : [level('mean', improvementPercent)]), ...bounds],
    bands: bounds.length === 0 ? [] : [{ upper: shown.length + 1, lower: shown.length + 2 }],
    marks: [],
    stretches: [],
  };
}

/** With a little room on both sides. */
function spaced({ low, high }: Improvements): [number, number] {
  const room = 0.05 * (high - low || 1);
  return [low - room, high + room];
}

function sideTable({ a, b }: Judged): Markup {
  const number = 'number' as const;
  const names = ['p50', 'p95', 'mean'] as const;
  const row = (title: string, of: SideFigures) => ({
    cells: [title, ...names.map((name) => figure(of[name], 'bare'))],
  });
  const changes = names.map((name) => figure(100 * (b[name] / a[name] - 1), 'change'));
  return table(
    'Both sides',
    [{ label: '' }, ...names.map((label) => ({ label, kind: number }))],
    [row('a', a), row('b', b), { cells: ['change', ...changes] }],
  );
}
