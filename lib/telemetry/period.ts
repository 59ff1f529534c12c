/** From `from`, up to but without `to`, in epoch milliseconds. */
export interface Period {
  from: number;
  to: number;
}

const minuteMs = 60_000;

export const minuteStart = (epochMs: number): number => Math.floor(epochMs / minuteMs) * minuteMs;

/** `2026-01-31T02:00`: telemetry is kept by the minute in which its window began. */
export const minuteOf = (epochMs: number): string => new Date(minuteStart(epochMs)).toISOString().slice(0, 16);

/** Every minute that has a part in the period, in order. */
export function minutesOf({ from, to }: Period): string[] {
  const minutes: string[] = [];
  for (let at = minuteStart(from); at < to; at += minuteMs) minutes.push(minuteOf(at));
  return minutes;
}
