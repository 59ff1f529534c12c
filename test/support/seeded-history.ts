import type { TelemetryWindow } from '../../lib/contracts/telemetry.ts';
import type { HistoryTable } from '../../lib/platform/table/history-table.ts';
import { Sketch } from '../../lib/statistics/sketch.ts';
import { Aggregation } from '../../lib/telemetry/aggregation.ts';
import { type Level, levels, startOf } from '../../lib/telemetry/rollups/levels.ts';
import type { Rollup } from '../../lib/telemetry/rollups/rollup.ts';
import { RollupStore } from '../../lib/telemetry/rollups/store.ts';
import { summaryOf } from '../../lib/telemetry/rollups/summary.ts';
import { endpointWindow, queryWindow, resourceWindow, telemetryWindow } from './telemetry-batches.ts';

const minuteMs = levels.minute.ms;
const hourMs = levels.hour.ms;
const dayMs = levels.day.ms;

/** What a service did in a minute that begins at a time. */
export interface LoadOfMinute {
  requestsPerMinute: number;
  ms: number;
}

export interface SeededHistory {
  table: HistoryTable;
  project: string;
  /** Epoch milliseconds: until the last whole hour before it. */
  now: number;
  /** How many days by the day, and how many of the last by the hour. */
  days: number;
  hourDays: number;
  /** How many hours of the last by the minute. */
  minuteHours?: number;
  load: (at: number) => LoadOfMinute;
  /** How many minutes of an hour are reported: fewer take less time to seed. */
  minutesPerHour?: number;
}

/**
 * Puts rollups as they would have been drawn, without the windows that they were drawn from: the last hours, and days.
 * @returns how many
 */
export async function seedHistory({
  table,
  project,
  now,
  days,
  hourDays,
  minuteHours = 0,
  load,
  minutesPerHour = 60,
}: SeededHistory): Promise<number> {
  const store = new RollupStore(table);
  const end = startOf('hour', now);
  const firstHour = end - hourDays * dayMs;
  let put = 0;
  const keep = async (level: Level, start: number, details: Rollup): Promise<void> => {
    const summary = summaryOf(details);
    await store.put({ project, level, start }, undefined, { summary, details, expiresAt: now + 400 * dayMs });
    put++;
  };
  for (let day = startOf('day', now) - (days - 1) * dayMs; day < end; day += dayMs) {
    const ofDay = new Aggregation();
    for (let hour = day; hour < Math.min(day + dayMs, end); hour += hourMs) {
      const windows = windowsOf(hour, load, minutesPerHour);
      const rollup = rollupOf(windows);
      ofDay.addRollup(rollup);
      if (hour >= firstHour) await keep('hour', hour, rollup);
      if (hour < end - minuteHours * hourMs) continue;
      await Promise.all(windows.map((window) => keep('minute', Date.parse(window.start), rollupOf([window]))));
    }
    // A day is drawn when it is over.
    if (day + dayMs <= end) await keep('day', day, ofDay.rollup({ forgetMinutes: true }));
  }
  return put;
}

const endpoint = endpointWindow('GET /', { requests: 1 });
const query = queryWindow('SELECT 1', { endpoint: 'GET /', queries: 1 });

const sketchOf = (count: number, ms: number): string => {
  const sketch = new Sketch();
  sketch.record(Math.round(ms * 1000), count);
  return sketch.toBase64();
};

function rollupOf(windows: readonly TelemetryWindow[]): Rollup {
  const aggregation = new Aggregation();
  for (const window of windows) aggregation.add({ instance: 'shop-1', dropped: 0, errors: 0 }, window);
  return aggregation.rollup({ forgetMinutes: false });
}

function windowsOf(hour: number, load: SeededHistory['load'], minutesPerHour: number): TelemetryWindow[] {
  return Array.from({ length: minutesPerHour }, (_, minute) => {
    const start = hour + minute * minuteMs;
    const { requestsPerMinute, ms } = load(start);
    const requests = Math.max(1, Math.round(requestsPerMinute));
    const window = telemetryWindow({
      start,
      durationMs: minuteMs,
      resources: resourceWindow(),
      peakConcurrentRequests: Math.ceil((requestsPerMinute / 60_000) * ms) + 1,
    });
    return {
      ...window,
      endpoints: [{ ...endpoint, statuses: { 200: requests }, responseTime: sketchOf(requests, ms) }],
      queries: [{ ...query, queryTime: sketchOf(requests, ms / 4), rows: requests }],
    };
  });
}
