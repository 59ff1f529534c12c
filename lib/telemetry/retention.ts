import type { TelemetryRetention } from '../contracts/projects.ts';
import type { Level } from './rollups/levels.ts';

const hourMs = 60 * 60 * 1000;

/** How long telemetry is kept as it came. */
export const retentionMs = 6 * hourMs;

/**
 * How late telemetry may come. Less than it is kept, because the minute that it belongs to is drawn anew from all that came,
 * which must still be there then.
 */
export const maxLatenessMs = 5 * hourMs;

/** How long rollups are kept, from their beginning. */
export const rollupRetentionMs = (level: Level, { minuteHours, hourDays, dayDays }: TelemetryRetention): number => {
  const hours: Record<Level, number> = { minute: minuteHours, hour: hourDays * 24, day: dayDays * 24 };
  return hours[level] * hourMs;
};
