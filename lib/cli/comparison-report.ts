import type { ComparisonResult } from '../contracts/comparisons.ts';
import { count, decimal } from '../contracts/figures.ts';
import { costLines } from './cost-report.ts';
import { decimalOr, percentage } from './figures.ts';
import { unbroken, wrapped } from './fit.ts';
import type { Look } from './terminal.ts';
import { textTable } from './text-table.ts';

const heading = ['configuration', 'requests', 'per s', 'avg', 'p50', 'p95', 'ok', 'score'];
const columns = heading.map((_, column) => (column === 0 ? ('left' as const) : ('right' as const)));
const dispensable = ['requests', 'p50'].map((name) => heading.indexOf(name));

/** The configurations side by side, and who won, or why nobody did. */
export function comparisonReport(result: ComparisonResult, { colours, width }: Look): string[] {
  const rows = Object.entries(result.results).map(([name, of]) => [
    name,
    count(of.requests),
    decimalOr(of.requestsPerSecond),
    decimalOr(of.avgResponseTimeMs),
    decimalOr(of.p50ResponseTimeMs),
    decimalOr(of.p95ResponseTimeMs),
    percentage(of.successRatePercent),
    decimal(of.performanceScore),
  ]);
  const { verdict, reasons } = result.generator;
  return [
    ...wrapped(
      `${result.rounds} rounds in ${decimal(result.testDurationSeconds)} s; response times in ms:`,
      width,
      '  ',
    ),
    ...textTable(columns, [heading.map((text) => colours.dim(text)), ...rows], {
      width,
      drop: dispensable,
      shorten: 0,
    }),
    ...winnerLines(result, { colours, width }),
    ...(verdict === 'ok'
      ? []
      : wrapped(`The load generator was limited: ${reasons.join('; ')}`, width, '  ').map(colours.yellow)),
    ...costLines(result.cost, width),
  ];
}

function winnerLines({ bestConfiguration: best, noWinner }: ComparisonResult, { colours, width }: Look): string[] {
  if (best === null) {
    return wrapped(`No winner: ${noWinner ?? 'the differences are too small to tell'}`, width, '  ').map(
      colours.yellow,
    );
  }
  const { lowPercent, highPercent } = best.interval;
  const interval = unbroken(`(95 %: ${decimal(lowPercent)} to ${decimal(highPercent)} %)`);
  const lead = `its mean response time is ${unbroken(`${decimal(best.improvementPercent)} %`)} better than the next best's`;
  return [
    ...wrapped(`Winner: ${best.name}; ${lead} ${interval}`, width, '  ').map(colours.green),
    ...best.advantages.flatMap((each) => wrapped(`- ${each}`, width, '  ', '    ')),
  ];
}
