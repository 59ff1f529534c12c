import { count, decimal } from '../contracts/figures.ts';
import type { JudgedThreshold, LoadTestResult } from '../contracts/load-result.ts';
import { isFailure } from '../contracts/load-threshold.ts';
import { costLines } from './cost-report.ts';
import { decimalOr, ms, percentage, perSecond } from './figures.ts';
import { wrapped } from './fit.ts';
import { kindLines } from './kind-report.ts';
import { stepLines } from './step-report.ts';
import type { Colours, Look } from './terminal.ts';
import { textTable } from './text-table.ts';

type Result = Omit<LoadTestResult, 'timeline'>;

/** A load test's figures for people. */
export function loadReport(result: Result, { colours, width }: Look): string[] {
  const { performanceMetrics: figures } = result;
  const row = (name: string, requests: number, measured: Measured): string[] => [
    name,
    count(requests),
    decimalOr(measured.requestsPerSecond),
    percentage(measured.successRatePercent),
    ...latencies(measured),
  ];
  const sums = [
    `${count(result.totalRequests)} requests in ${decimal(result.actualDurationSeconds)} s`,
    perSecond(figures.requestsPerSecond),
    `${percentage(result.successRatePercent)} successful`,
    `${decimal(figures.throughputMbps)} Mbps received; response times in ms:`,
  ];
  return [
    ...wrapped(sums.join(', '), width, '  '),
    ...textTable(
      columns,
      [
        heading.map((text) => colours.dim(text)),
        ...Object.entries(result.scenarios).flatMap(([name, scenario]) => [
          row(name, scenario.requests, scenario),
          ...Object.entries(scenario.flow ?? {}).map(([inner, of]) => row(`  ${inner}`, of.requests, of)),
        ]),
        row('all', result.totalRequests, { ...figures, successRatePercent: result.successRatePercent }),
      ],
      { width, drop: dispensable, shorten: 0 },
    ),
    ...failureLines(result, colours),
    ...stepLines(result.steps ?? [], { colours, width }),
    ...kindLines(result, width),
    ...generatorLines(result.generator, { colours, width }),
    ...costLines(result.cost, width),
    ...result.recommendations.flatMap((each) => wrapped(`- ${each}`, width, '  ', '    ')),
  ];
}

const heading = ['scenario', 'requests', 'per s', 'ok', 'avg', 'p50', 'p95', 'p99', 'max'];
const columns = heading.map((_, column) => (column === 0 ? ('left' as const) : ('right' as const)));
/** What says least of a service's speed goes first where a terminal is narrow. */
const dispensable = ['avg', 'max', 'p50'].map((name) => heading.indexOf(name));

type Latencies = Partial<Record<`${'avg' | 'p50' | 'p95' | 'p99' | 'max'}ResponseTimeMs`, number | undefined>>;
type Measured = Latencies & Partial<Record<'requestsPerSecond' | 'successRatePercent', number | undefined>>;

const latencies = (measured: Latencies): string[] =>
  (['avg', 'p50', 'p95', 'p99', 'max'] as const).map((name) => decimalOr(measured[`${name}ResponseTimeMs`]));

function failureLines({ connectionFailures, errors }: Result, colours: Colours): string[] {
  const lines = errors.map(({ kind, count: times, example }) => {
    const failure = colours.red(`${count(times)} x ${kind}`);
    return `  ${failure}${example === undefined ? '' : `, for example ${example}`}`;
  });
  if (connectionFailures > 0) lines.unshift(`  ${colours.red(`${count(connectionFailures)} connections failed`)}`);
  return lines;
}

function generatorLines({ verdict, reasons, workers }: Result['generator'], { colours, width }: Look): string[] {
  const by = `${workers} ${workers === 1 ? 'worker' : 'workers'}`;
  if (verdict === 'ok')
    return wrapped(`The load generator kept up (${by}): these figures are the target's.`, width, '  ');
  const who =
    verdict === 'limited' ? 'could not keep up' : 'was limited by this machine, which it shares with the target';
  return wrapped(`The load generator ${who} (${by}): ${reasons.join('; ')}`, width, '  ').map(colours.yellow);
}

/** For the progress bar. */
export function liveFigures({ totalRequests, failedRequests, performanceMetrics: figures }: Result): string {
  const { requestsPerSecond, p95ResponseTimeMs } = figures;
  const parts = [`${count(totalRequests)} requests`, perSecond(requestsPerSecond), `p95 ${ms(p95ResponseTimeMs)}`];
  if (failedRequests > 0) parts.push(`${count(failedRequests)} failed`);
  return parts.join(', ');
}

export const thresholdReport = (judged: readonly JudgedThreshold[], colours: Colours): string[] =>
  textTable(
    ['left', 'left', 'right'],
    judged.map((each) => [
      verdictOf(each, colours),
      each.threshold,
      each.actual === undefined ? 'not measured' : decimal(each.actual),
    ]),
  );

function verdictOf(judged: JudgedThreshold, colours: Colours): string {
  if (judged.holds) return colours.green('holds');
  return isFailure(judged) ? colours.red('FAILS') : colours.yellow('fails, does not count');
}
