import { type Analysis, categoryNames } from '../contracts/analysis.ts';
import { decimal } from '../contracts/figures.ts';
import { percentage, spaced } from './figures.ts';
import { wrapped } from './fit.ts';
import type { Look } from './terminal.ts';
import { textTable } from './text-table.ts';

const bandColour = { excellent: 'green', good: 'yellow', poor: 'red' } as const;

/** The health score, and what it is made of. */
export function scoreReport(
  { performanceScore, band, coverage, categories }: Analysis,
  { colours, width }: Look,
): string[] {
  if (performanceScore === undefined || band === undefined) {
    const why = 'The service reports nothing from inside, so it has no score, and no bottleneck can be found.';
    return [`${colours.bold('Score')} none`, ...wrapped(why, width, '  ')];
  }
  const score = colours[bandColour[band]](`${decimal(performanceScore)} of 100, ${band}`);
  return [
    `${colours.bold('Score')} ${score} ${colours.dim(`(${percentage(coverage)} of its weight was measured)`)}`,
    ...textTable(
      ['left', 'right', 'right', 'right'],
      [
        ['', 'score', 'measured', 'threshold'].map((text) => colours.dim(text)),
        ...categoryNames.flatMap((name) => {
          const { score: part, value, threshold, unit } = categories[name] ?? {};
          if (part === undefined || value === undefined || threshold === undefined) return [];
          return [
            [spaced(name), decimal(part), `${decimal(value)} ${unit}`, colours.dim(`${decimal(threshold)} ${unit}`)],
          ];
        }),
      ],
    ),
  ];
}
