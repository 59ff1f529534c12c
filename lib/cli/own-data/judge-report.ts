import { decimal } from '../../contracts/figures.ts';
import type { Pair } from '../../statistics/paired-ratio.ts';
import { niceTicks } from '../axis-ticks.ts';
import { wrapped } from '../fit.ts';
import type { Look } from '../terminal.ts';
import { terminalPlot } from '../terminal-plot.ts';
import { textTable } from '../text-table.ts';
import { beyondInWords, improvementsOf } from './improvements.ts';
import type { Judged, SideFigures } from './judge.ts';
import { evidenceInWords, verdictInWords } from './judge-words.ts';

/** What was judged, for the terminal: in words, as a plot, and in figures. */
export function judgeLines(judged: Judged, pairs: readonly Pair[], look: Look): string[] {
  const { colours, width } = look;
  const tone = { keep: colours.green, reject: colours.red, inconclusive: colours.yellow }[judged.verdict];
  return [
    ...wrapped(verdictInWords(judged), width).map((line) => tone(colours.bold(line))),
    '',
    ...plotOf(judged, pairs, look),
    '',
    ...sideTable(judged, look),
    '',
    ...evidenceInWords(judged).flatMap((sentence) => wrapped(sentence, width, '  ')),
  ];
}

function plotOf(judged: Judged, pairs: readonly Pair[], look: Look): string[] {
  const improvements = improvementsOf(pairs, judged);
  const { values, low, high, levels } = improvements;
  const drawn = terminalPlot(
    {
      title: 'Improvement of each pair, %',
      points: values.flatMap((y, index) => (y < low || y > high ? [] : [{ x: index + 1, y }])),
      levels: levels.map((y) => ({ y })),
      x: { ticks: niceTicks, format: decimal, label: 'pair' },
      y: { ticks: niceTicks, format: decimal },
      yRange: [low, high],
    },
    look,
  );
  const legend = [
    judged.interval === undefined ? '● a pair, ┈ their mean' : '● a pair, ┈ their mean and its 95 % interval',
    beyondInWords(improvements),
  ].filter((part) => part !== undefined);
  return [...drawn, look.colours.dim(`  ${legend.join('. ')}`)];
}

function sideTable({ a, b }: Judged, { colours }: Look): string[] {
  const change = (name: keyof SideFigures): string => {
    const percent = 100 * (b[name] / a[name] - 1);
    return `${percent > 0 ? '+' : ''}${decimal(percent)} %`;
  };
  const names = ['p50', 'p95', 'mean'] as const;
  const row = (title: string, figures: SideFigures): string[] => [
    title,
    ...names.map((name) => decimal(figures[name])),
  ];
  return textTable(
    ['left', 'right', 'right', 'right'],
    [
      ['', ...names].map((text) => colours.dim(text)),
      row('a', a),
      row('b', b),
      ['change', ...names.map((name) => change(name))],
    ],
  );
}
