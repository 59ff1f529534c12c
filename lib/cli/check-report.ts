import { type Analysis, categoryNames } from '../contracts/analysis.ts';
import type { Check } from '../contracts/checks.ts';
import { decimal } from '../contracts/figures.ts';
import { bottleneckReport } from './bottleneck-report.ts';
import { percentage, spaced } from './figures.ts';
import { wrapped } from './fit.ts';
import { limitReport } from './limit-report.ts';
import { loadReport } from './load-report.ts';
import { objectiveReport } from './objective-report.ts';
import type { Look } from './terminal.ts';
import { textTable } from './text-table.ts';

/** A check for people: how well the service does, what slows it down, under which load, and whether that is enough. */
export function checkReport(check: Check, look: Look): string[] {
  const { analysis, loadTest } = check;
  const lines: string[] = [];
  if (analysis !== undefined) lines.push(...scoreReport(analysis, look), '', ...bottleneckReport(analysis, look), '');
  if (loadTest !== undefined) lines.push(look.colours.bold('Load test'), ...loadReport(loadTest, look), '');
  const objectives = objectiveReport(check.objectives ?? [], look);
  if (objectives.length > 0) lines.push(...objectives, '');
  lines.push(...limitReport(check, look.colours));
  return lines;
}

const bandColour = { excellent: 'green', good: 'yellow', poor: 'red' } as const;

function scoreReport({ performanceScore, band, coverage, categories }: Analysis, { colours, width }: Look): string[] {
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
