import { type CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { quantileOf } from '../../../statistics/quantiles.ts';
import { codeOf } from '../failure.ts';
import { type InvocationReport, reportOf } from '../report-line.ts';
import type { InvocationFigures } from './model.ts';

const dayMs = 24 * 60 * 60 * 1000;
/** Logs are searched page by page, of which many may be empty. */
const maxPages = 5;
const maxReports = 1_000;

/** Of the last day. @returns undefined where nothing was reported */
export async function readReports(
  logs: CloudWatchLogsClient,
  logGroupName: string,
  nowMs: number,
): Promise<InvocationFigures | undefined> {
  const reports: InvocationReport[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < maxPages && reports.length < maxReports; page++) {
    const answer = await eventsOf(logs, logGroupName, nowMs, nextToken);
    if (answer === undefined) return undefined;
    for (const { message } of answer.events ?? []) {
      const report = reportOf(message ?? '');
      if (report !== undefined) reports.push(report);
    }
    nextToken = answer.nextToken;
    if (nextToken === undefined) break;
  }
  return invocationFigures(reports);
}

async function eventsOf(logs: CloudWatchLogsClient, logGroupName: string, nowMs: number, nextToken?: string) {
  try {
    return await logs.send(
      new FilterLogEventsCommand({
        logGroupName,
        startTime: nowMs - dayMs,
        endTime: nowMs,
        filterPattern: '?"REPORT RequestId" ?"platform.report"',
        ...(nextToken === undefined ? {} : { nextToken }),
      }),
    );
  } catch (error) {
    // A function that never ran has no log.
    if (codeOf(error) === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

/** Only those with the memory that the last one had: others say nothing about how it is now. */
export function invocationFigures(all: readonly InvocationReport[]): InvocationFigures | undefined {
  const memoryMb = all.at(-1)?.memoryMb;
  if (memoryMb === undefined) return undefined;
  const reports = all.filter((report) => report.memoryMb === memoryMb);
  const cold = reports.filter(({ initMs }) => initMs !== undefined);
  const durations = sorted(reports.filter(({ initMs }) => initMs === undefined).map(({ durationMs }) => durationMs));
  const inits = sorted(cold.map(({ initMs }) => initMs ?? 0));
  return {
    invocations: reports.length,
    coldStarts: cold.length,
    memoryMb,
    maxMemoryUsedMb: Math.max(...reports.map(({ maxMemoryUsedMb }) => maxMemoryUsedMb)),
    timeouts: reports.filter(({ timedOut }) => timedOut).length,
    ...(durations.length === 0
      ? {}
      : {
          p50DurationMs: quantileOf(durations, 0.5),
          p99DurationMs: quantileOf(durations, 0.99),
          maxDurationMs: quantileOf(durations, 1),
        }),
    ...(inits.length === 0 ? {} : { p50InitMs: quantileOf(inits, 0.5) }),
  };
}

const sorted = (values: number[]): Float64Array => Float64Array.from(values).sort();
