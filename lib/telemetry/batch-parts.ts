import type { TelemetryWindow } from '../contracts/telemetry.ts';
import { windowLists } from '../contracts/telemetry-limits.ts';
import { minuteOf } from './period.ts';

/** What becomes one item of the table. */
export interface BatchPart {
  minute: string;
  /** Counts the parts of this batch within the minute, from 0. */
  part: number;
  windows: TelemetryWindow[];
  /** How many of the batch's windows begin in this part. A large one goes on in the next. */
  begun: number;
}

/** As JSON. An item holds at most 400 KB with its key; gzip and base64 make no text more than 15 % larger. */
const maxPartBytes = 350_000;

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value), 'utf8');

/**
 * Divides a batch by minutes, and each minute by size. The same windows always give the same parts, so that a batch which
 * is sent again after a crash completes what is missing and repeats nothing.
 */
export function batchParts(windows: readonly TelemetryWindow[]): BatchPart[] {
  const parts: BatchPart[] = [];
  for (const [minute, ofMinute] of Map.groupBy(windows, ({ start }) => minuteOf(Date.parse(start)))) {
    let current: BatchPart | undefined;
    let currentBytes = 0;
    let part = 0;
    for (const window of ofMinute) {
      for (const [index, { piece, bytes }] of pieces(window).entries()) {
        if (current === undefined || currentBytes + bytes > maxPartBytes) {
          current = { minute, part: part++, windows: [], begun: 0 };
          currentBytes = 0;
          parts.push(current);
        }
        current.windows.push(piece);
        currentBytes += bytes;
        if (index === 0) current.begun++;
      }
    }
  }
  return parts;
}

/** Divides a window that is too large into windows of the same time which, together, say the same. */
function pieces(window: TelemetryWindow): { piece: TelemetryWindow; bytes: number }[] {
  const whole = bytesOf(window);
  if (whole <= maxPartBytes) return [{ piece: window, bytes: whole }];
  const { start, durationMs, settings } = window;
  const noLists = (): Pick<TelemetryWindow, (typeof windowLists)[number]> => ({
    endpoints: [],
    queries: [],
    outgoing: [],
    pools: [],
    metrics: [],
    slowRequests: [],
    failedRequests: [],
  });
  // What is said once is in the first.
  let current: TelemetryWindow = { ...window, ...noLists() };
  let currentBytes = bytesOf(current);
  const result = [current];
  for (const list of windowLists) {
    for (const entry of window[list]) {
      const bytes = bytesOf(entry) + 1;
      if (currentBytes + bytes > maxPartBytes) {
        current = { start, durationMs, ...(settings && { settings }), ...noLists() };
        currentBytes = bytesOf(current);
        result.push(current);
      }
      // Each list takes back what came from the list of this name.
      (current[list] as (typeof entry)[]).push(entry);
      currentBytes += bytes;
    }
  }
  return result.map((piece) => ({ piece, bytes: bytesOf(piece) }));
}
