import { z } from 'zod';
import { timelinePoint } from '../../contracts/load-result.ts';
import type { StoredRun, StoredStep } from '../model.ts';
import { latencies, rounded } from './latency.ts';
import type { Bucket } from './step-sums.ts';

export const point = timelinePoint.extend({ step: z.number().int() });
export type Point = z.output<typeof point>;

/** Over an instant a rate would say nothing. */
const leastShare = 0.1;

/** @param seconds how long the bucket lasted: the last of a step ends with it, not later */
export function pointOf(bucket: Bucket, number: number, step: StoredStep, run: StoredRun, seconds: number): Point {
  const { timelineSeconds, startAtMs = step.startAtMs } = run;
  const durationSeconds = rounded(Math.max(0, Math.min(timelineSeconds, seconds)));
  const { avgResponseTimeMs, p50ResponseTimeMs, p95ResponseTimeMs, p99ResponseTimeMs } = latencies(bucket.responseTime);
  return {
    step: step.index,
    second: rounded((step.startAtMs - startAtMs) / 1000 + number * timelineSeconds),
    durationSeconds,
    requests: bucket.requests,
    failedRequests: bucket.failed,
    connectionFailures: bucket.connectionFailures,
    requestsPerSecond: rounded(bucket.requests / Math.max(durationSeconds, timelineSeconds * leastShare)),
    activeUsers: Object.values(bucket.active).reduce((sum, active) => sum + active, 0),
    ...(avgResponseTimeMs === undefined ? {} : { avgResponseTimeMs }),
    ...(p50ResponseTimeMs === undefined ? {} : { p50ResponseTimeMs }),
    ...(p95ResponseTimeMs === undefined ? {} : { p95ResponseTimeMs }),
    ...(p99ResponseTimeMs === undefined ? {} : { p99ResponseTimeMs }),
  };
}

/**
 * Adds a point in its place. Where one stands already, an invocation that was thought dead told of it later: what it did
 * counts, but for the percentiles, which were closed without it.
 */
export function addPoint(timeline: Point[], added: Point): void {
  const at = timeline.findLastIndex(({ step, second }) => step === added.step && second === added.second);
  const known = timeline[at];
  if (known === undefined) {
    timeline.push(added);
    return;
  }
  timeline[at] = {
    ...known,
    requests: known.requests + added.requests,
    failedRequests: known.failedRequests + added.failedRequests,
    connectionFailures: (known.connectionFailures ?? 0) + (added.connectionFailures ?? 0),
    requestsPerSecond: rounded(known.requestsPerSecond + added.requestsPerSecond),
  };
}
