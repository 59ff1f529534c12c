import { type CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { codeOf } from '../../../platform/aws-failure.ts';
import { quantileOf } from '../../../statistics/quantiles.ts';
import type { Period } from '../../../telemetry/period.ts';
import { type InvocationReport, reportOf } from '../report-line.ts';
import type { InvocationFigures } from './model.ts';

const minuteMs = 60_000;
/**
 * Back from now, each up to the one before: CloudWatch tells the oldest first, so the newest are asked for by themselves. A function that
 * runs often has said enough in the first.
 */
const spansMs = [minuteMs, 10 * minuteMs, 60 * minuteMs, 6 * 60 * minuteMs, 24 * 60 * minuteMs];
/** Of one span. Logs are searched page by page, of which many may be empty. */
const maxPages = 3;
const enoughReports = 1_000;

/**
 * The newest of the last day, and of the time since the function was last changed: what it did before says nothing of how it is now.
 *
 * @returns undefined where nothing was reported
 */
export async function readReports(
  logs: CloudWatchLogsClient,
  logGroupName: string,
  { nowMs, changedAtMs = 0 }: { nowMs: number; changedAtMs?: number },
): Promise<InvocationFigures | undefined> {
  const reports: InvocationReport[] = [];
  let to = nowMs;
  for (const spanMs of spansMs) {
    const from = Math.max(nowMs - spanMs, changedAtMs);
    if (from >= to || reports.length >= enoughReports) break;
    const found = await reportsOf(logs, logGroupName, { from, to });
    if (found === undefined) return undefined;
    reports.unshift(...found);
    to = from;
  }
  return invocationFigures(reports);
}

async function reportsOf(
  logs: CloudWatchLogsClient,
  logGroupName: string,
  { from, to }: Period,
): Promise<InvocationReport[] | undefined> {
  const reports: InvocationReport[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < maxPages && reports.length < enoughReports; page++) {
    const answer = await eventsOf(logs, logGroupName, { from, to }, nextToken);
    if (answer === undefined) return undefined;
    for (const { message } of answer.events ?? []) {
      const report = reportOf(message ?? '');
      if (report !== undefined) reports.push(report);
    }
    nextToken = answer.nextToken;
    if (nextToken === undefined) break;
  }
  return reports;
}

async function eventsOf(logs: CloudWatchLogsClient, logGroupName: string, { from, to }: Period, nextToken?: string) {
  try {
    return await logs.send(
      new FilterLogEventsCommand({
        logGroupName,
        startTime: from,
        // CloudWatch takes this end in.
        endTime: to - 1,
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
