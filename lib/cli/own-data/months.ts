const dayMs = 86_400_000;
const shortestMonthMs = 28 * dayMs;
const longestMonthMs = 31 * dayMs;

/** Months since the year 0, in UTC. */
export const monthOf = (ms: number): number => {
  const date = new Date(ms);
  return 12 * date.getUTCFullYear() + date.getUTCMonth();
};

/**
 * Whether times are those of months: mostly 28 to 31 days from one to the next, not always as many, and never two in one month. Every 30
 * days is a step like any other.
 *
 * @param times milliseconds, in order
 */
export function areMonths(times: readonly number[], usualMs: number): boolean {
  if (usualMs < shortestMonthMs || usualMs > longestMonthMs) return false;
  const distances = new Set(times.slice(1).map((time, index) => time - (times[index] ?? 0)));
  return distances.size > 1 && new Set(times.map(monthOf)).size === times.length;
}

/** The time so many months later: on the same day, or the last of a month that has no such day. @param day of the month, from 1 */
export function monthsLater(ms: number, months: number, day: number): number {
  const from = new Date(ms);
  const [year, month] = [from.getUTCFullYear(), from.getUTCMonth() + months];
  const days = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Date.UTC(year, month, Math.min(day, days)) + (ms % dayMs);
}
