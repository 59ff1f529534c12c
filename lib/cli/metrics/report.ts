import { count, decimal } from '../../contracts/figures.ts';
import type { Metrics } from '../../contracts/telemetry.ts';
import { ms, percentage, perSecond } from '../figures.ts';
import type { Look } from '../terminal.ts';
import { textTable } from '../text-table.ts';

const megabytes = (value: number): string => `${decimal(value)} MB`;

/** What a service reported. A part that it did not report of is left out. */
export function metricsReport(project: string, metrics: Metrics, { colours, width }: Look): string[] {
  const { periodMinutes, instances, timestamp } = metrics;
  const period = `last ${decimal(periodMinutes)} min, ${count(instances)} ${instances === 1 ? 'instance' : 'instances'}`;
  const title = `${colours.bold(project)} ${colours.dim(`${period}, ${timestamp.slice(0, 19).replace('T', ' ')}`)}`;
  const rows = rowsOf(metrics);
  if (rows.length === 0) return [title, '  Nothing was reported.'];
  return [
    title,
    ...textTable(
      ['left', 'left'],
      rows.map(([name, figures]) => [colours.dim(name), figures]),
      { width, shorten: 1 },
    ),
  ];
}

function rowsOf({ requests, traffic, database, outgoing, memory, cpu, eventLoop }: Metrics): [string, string][] {
  const rows: [string, (string | false | undefined)[]][] = [];
  if (requests !== undefined) {
    const { totalRequests, requestsPerSecond, errorRatePercent } = requests;
    rows.push([
      'requests',
      [count(totalRequests), perSecond(requestsPerSecond), `${percentage(errorRatePercent)} failed`],
    ]);
    const { avgResponseTimeMs, p50ResponseTimeMs, p95ResponseTimeMs, p99ResponseTimeMs, maxResponseTimeMs } = requests;
    const times = {
      avg: avgResponseTimeMs,
      p50: p50ResponseTimeMs,
      p95: p95ResponseTimeMs,
      p99: p99ResponseTimeMs,
      max: maxResponseTimeMs,
    };
    rows.push(['response time', Object.entries(times).map(([name, value]) => `${name} ${ms(value)}`)]);
  }
  if (traffic !== undefined) {
    const { peakRequestsPerSecond, sustainedRequestsPerSecond, avgConcurrentRequests, peakConcurrentRequests } =
      traffic;
    rows.push([
      'traffic',
      [
        `peak ${perSecond(peakRequestsPerSecond)}`,
        sustainedRequestsPerSecond !== undefined && `sustained ${perSecond(sustainedRequestsPerSecond)}`,
        `${decimal(avgConcurrentRequests)} at one time`,
        peakConcurrentRequests !== undefined && `at most ${count(peakConcurrentRequests)}`,
      ],
    ]);
  }
  if (database !== undefined) {
    const { totalQueries, avgQueryTimeMs, maxQueryTimeMs, slowQueryCount } = database;
    rows.push([
      'database',
      [
        `${count(totalQueries)} queries`,
        `avg ${ms(avgQueryTimeMs)}`,
        `max ${ms(maxQueryTimeMs)}`,
        `${count(slowQueryCount)} slow`,
      ],
    ]);
  }
  if (outgoing !== undefined) {
    const { totalRequests, avgResponseTimeMs, p95ResponseTimeMs, errorRatePercent } = outgoing;
    rows.push([
      'outgoing',
      [
        count(totalRequests),
        `avg ${ms(avgResponseTimeMs)}`,
        `p95 ${ms(p95ResponseTimeMs)}`,
        `${percentage(errorRatePercent)} failed`,
      ],
    ]);
  }
  if (memory !== undefined) {
    const { currentMb, avgMb, maxMb, limitMb, maxPercent } = memory;
    rows.push([
      'memory',
      [
        `now ${megabytes(currentMb)}`,
        `avg ${megabytes(avgMb)}`,
        `max ${megabytes(maxMb)}`,
        `${percentage(maxPercent)} of ${megabytes(limitMb)}`,
      ],
    ]);
  }
  if (cpu !== undefined)
    rows.push(['CPU', [`avg ${percentage(cpu.avgPercent)}`, `max ${percentage(cpu.maxPercent)} of all cores`]]);
  if (eventLoop !== undefined) {
    const { maxUtilizationPercent: used, maxDelayP99Ms: delay } = eventLoop;
    rows.push([
      'event loop',
      [used !== undefined && `busy ${percentage(used)}`, delay !== undefined && `delay p99 ${ms(delay)}`],
    ]);
  }
  return rows.map(([name, figures]) => [name, figures.filter(Boolean).join(', ')]);
}
