import type { LoadTestResult } from '../contracts/load.ts';
import { count, decimal, ms, percentage, perSecond } from './figures.ts';
import type { Colours } from './terminal.ts';
import { textTable } from './text-table.ts';
import type { JudgedThreshold } from './thresholds.ts';

type Result = Omit<LoadTestResult, 'timeline'>;

/** A load test's figures for people. */
export function loadReport(result: Result, colours: Colours): string[] {
  const { performanceMetrics: figures, generator } = result;
  const lines = [
    [
      `${count(result.totalRequests)} requests in ${decimal(result.actualDurationSeconds)} s`,
      perSecond(figures.requestsPerSecond),
      `${percentage(result.successRatePercent)} successful`,
      `${decimal(figures.throughputMbps)} Mbps received`,
    ].join(', '),
    '',
    ...textTable(columns, [
      heading.map((text) => colours.dim(text)),
      ...Object.entries(result.scenarios).map(([name, scenario]) => [
        name,
        count(scenario.requests),
        perSecond(scenario.requestsPerSecond),
        percentage(scenario.successRatePercent),
        ...latencies(scenario),
      ]),
      [
        colours.bold('all'),
        count(result.totalRequests),
        perSecond(figures.requestsPerSecond),
        percentage(result.successRatePercent),
        ...latencies(figures),
      ],
    ]),
  ];
  if (result.connectionFailures > 0) lines.push('', `${count(result.connectionFailures)} connections failed.`);
  for (const { kind, count: times, example } of result.errors) {
    lines.push(colours.red(`${count(times)} x ${kind}`) + (example === undefined ? '' : `, for example ${example}`));
  }
  lines.push('', generatorLine(generator, colours));
  for (const recommendation of result.recommendations) lines.push(`- ${recommendation}`);
  return lines;
}

const heading = ['scenario', 'requests', 'rate', 'success', 'avg', 'p50', 'p95', 'p99', 'max'];
const columns = heading.map((_, column) => (column === 0 ? ('left' as const) : ('right' as const)));

const latencies = (figures: Partial<Record<string, unknown>>): string[] =>
  ['avg', 'p50', 'p95', 'p99', 'max'].map((name) => {
    const value = figures[`${name}ResponseTimeMs`];
    return ms(typeof value === 'number' ? value : undefined);
  });

function generatorLine({ verdict, reasons, workers }: Result['generator'], colours: Colours): string {
  const by = `${workers} ${workers === 1 ? 'worker' : 'workers'}`;
  if (verdict === 'ok') return `Generator: ok (${by}); the figures speak of the target.`;
  const who =
    verdict === 'limited' ? 'could not keep up' : 'was limited by this machine, which it shares with the target';
  return colours.yellow(`Generator: it ${who} (${by}): ${reasons.join('; ')}`);
}

/** For the progress bar. */
export const liveFigures = ({ totalRequests, failedRequests, performanceMetrics: figures }: Result): string =>
  `${count(totalRequests)} requests, ${perSecond(figures.requestsPerSecond)}, p95 ${ms(figures.p95ResponseTimeMs)}, ${count(failedRequests)} failed`;

export const thresholdReport = (judged: readonly JudgedThreshold[], colours: Colours): string[] =>
  textTable(
    ['left', 'left', 'right'],
    judged.map(({ threshold, actual, holds }) => [
      holds ? colours.green('holds') : colours.red('FAILS'),
      threshold,
      actual === undefined ? 'not measured' : decimal(actual),
    ]),
  );
