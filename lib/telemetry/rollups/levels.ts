/** How telemetry is kept once it is older than the newest minutes, each level drawn from the one before. */
export const levelNames = ['minute', 'hour', 'day'] as const;
export type Level = (typeof levelNames)[number];

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

interface LevelRules {
  ms: number;
  /** After its end, when all that belongs to it is most likely there. */
  settlesAfterMs: number;
  /** What comes after. */
  next: Level | undefined;
}

export const levels: Record<Level, LevelRules> = {
  // Windows of ten seconds that end with the minute are sent right after it.
  minute: { ms: minuteMs, settlesAfterMs: 2 * minuteMs, next: 'hour' },
  hour: { ms: hourMs, settlesAfterMs: 5 * minuteMs, next: 'day' },
  day: { ms: 24 * hourMs, settlesAfterMs: 10 * minuteMs, next: undefined },
};

export const startOf = (level: Level, epochMs: number): number => {
  const { ms } = levels[level];
  return Math.floor(epochMs / ms) * ms;
};
