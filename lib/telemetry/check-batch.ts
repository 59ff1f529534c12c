import type { FieldError } from '../contracts/problem.ts';
import type { TelemetryBatch, TelemetryWindow } from '../contracts/telemetry.ts';
import { telemetryLimits } from '../contracts/telemetry-limits.ts';
import { DomainError } from '../platform/errors.ts';
import { refuseFields } from '../platform/fields.ts';
import { Sketch, SketchFormatError } from '../statistics/sketch.ts';
import { minuteStart } from './period.ts';
import { maxLatenessMs } from './retention.ts';

/**
 * How far a service's clock may be ahead of ours. No more, because who waits for what a service did until some moment
 * takes a window that ends after it for the answer.
 */
const maxClockAheadMs = 30_000;

const unreadable = `is not a sketch that can be read, of at most ${telemetryLimits.amount} values`;

/** Past this many, further faults tell nobody more. */
const maxFieldErrors = 20;

/**
 * Refuses a batch with content that could not be merged later, and leaves out windows that come too late:
 * one such window must not keep the others from being taken.
 *
 * @returns the windows to keep, at least one
 * @throws DomainError payload-too-large, or invalid-request with every wrong field
 */
export function windowsToKeep(batch: TelemetryBatch, now: number): TelemetryWindow[] {
  const bytes = Buffer.byteLength(JSON.stringify(batch), 'utf8');
  if (bytes > telemetryLimits.bytes) {
    throw new DomainError(
      'payload-too-large',
      `A batch has at most ${telemetryLimits.bytes} bytes, this one ${bytes}.`,
    );
  }
  refuse(batch.windows.flatMap((window, index) => faultsOf(window, `body.windows.${index}`, now)));
  // By whole minutes, because a minute is divided into parts as a whole.
  const kept = batch.windows.filter(({ start }) => minuteStart(Date.parse(start)) >= now - maxLatenessMs);
  if (kept.length === 0) {
    refuse([
      {
        path: 'body.windows',
        message: `began more than ${maxLatenessMs / 3_600_000} hours ago, and telemetry may be no later`,
      },
    ]);
  }
  return kept;
}

function refuse(faults: FieldError[]): void {
  if (faults.length > 0) refuseFields(faults, maxFieldErrors);
}

function faultsOf(window: TelemetryWindow, path: string, now: number): FieldError[] {
  const faults: FieldError[] = [];
  const wrong = (field: string, message: string): void => {
    faults.push({ path: `${path}.${field}`, message });
  };
  if (Date.parse(window.start) + window.durationMs > now + maxClockAheadMs) {
    wrong(
      'start',
      'with durationMs ends more than 30 seconds in the future: set the clock of the machine that sent it',
    );
  }
  for (const [index, endpoint] of window.endpoints.entries()) {
    const field = `endpoints.${index}`;
    const requests = countOf(endpoint.responseTime);
    const answered = Object.values(endpoint.statuses).reduce((sum, count) => sum + count, 0);
    if (requests === undefined) wrong(`${field}.responseTime`, unreadable);
    else if (answered > requests) wrong(`${field}.statuses`, 'count more requests than responseTime');
    else if (endpoint.failed > requests) wrong(`${field}.failed`, 'counts more requests than responseTime');
  }
  for (const [index, { statuses, failed, responseTime }] of window.outgoing.entries()) {
    const requests = countOf(responseTime) ?? 0;
    const answered = Object.values(statuses).reduce((sum, count) => sum + count, 0);
    if (answered > requests) wrong(`outgoing.${index}.statuses`, 'count more requests than responseTime');
    else if (failed > requests) wrong(`outgoing.${index}.failed`, 'counts more requests than responseTime');
  }
  for (const [field, sketch] of otherSketches(window)) if (countOf(sketch) === undefined) wrong(field, unreadable);
  return faults;
}

/** All but those of the endpoints, by their field. */
function* otherSketches({ queries, outgoing, pools, metrics }: TelemetryWindow): Generator<[string, string]> {
  for (const [index, { queryTime }] of queries.entries()) yield [`queries.${index}.queryTime`, queryTime];
  for (const [index, { responseTime }] of outgoing.entries()) yield [`outgoing.${index}.responseTime`, responseTime];
  for (const [index, { waitTime, checkTime }] of pools.entries()) {
    if (waitTime !== undefined) yield [`pools.${index}.waitTime`, waitTime];
    if (checkTime !== undefined) yield [`pools.${index}.checkTime`, checkTime];
  }
  for (const [index, metric] of metrics.entries()) {
    if (metric.kind === 'histogram') yield [`metrics.${index}.values`, metric.values];
  }
}

/** Undefined for what could not be merged: damaged, or with more values than sums could hold exactly. */
function countOf(sketch: string): number | undefined {
  try {
    const count = Sketch.countIn(sketch);
    return count <= telemetryLimits.amount ? count : undefined;
  } catch (error) {
    if (error instanceof SketchFormatError) return undefined;
    throw error;
  }
}
