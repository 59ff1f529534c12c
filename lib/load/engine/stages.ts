import type { LoadStage } from './plan.ts';

export const lengthMs = (stages: readonly LoadStage[]): number =>
  stages.reduce((sum, { seconds }) => sum + seconds * 1000, 0);

export const peakLevel = (stages: readonly LoadStage[]): number =>
  Math.max(0, ...stages.filter(({ seconds }) => seconds > 0).flatMap(({ from, to }) => [from, to]));

/** After the last stage nobody is left. @param ms from the start of the test */
export function levelAt(ms: number, stages: readonly LoadStage[]): number {
  let startMs = 0;
  for (const { seconds, from, to } of stages) {
    const share = (ms - startMs) / (seconds * 1000);
    if (share < 1) return from + (to - from) * Math.max(0, share);
    startMs += seconds * 1000;
  }
  return 0;
}

/** Ms from the start of the test: from the first up to and without the second. */
export type TimeWindow = { fromMs: number; untilMs: number };

/**
 * When a user of a closed test is wanted: as long as the level is above his number. Over a ramp users so begin and leave
 * evenly, the last to come being the first to go.
 * @param user numbered from 0 over the whole test, whichever worker plays him.
 * @returns his times in order, with a gap between any two
 */
export function windowsOf(user: number, stages: readonly LoadStage[]): TimeWindow[] {
  const windows: TimeWindow[] = [];
  let startMs = 0;
  for (const { seconds, from, to } of stages) {
    const endMs = startMs + seconds * 1000;
    if (endMs > startMs && (from > user || to > user)) {
      // Within the stage, also where rounding would have it otherwise: a level may be next to nothing.
      const crossesAtMs = Math.min(endMs, Math.max(startMs, startMs + (seconds * 1000 * (user - from)) / (to - from)));
      const fromMs = from > user ? startMs : crossesAtMs;
      const untilMs = to > user ? endMs : crossesAtMs;
      const last = windows.at(-1);
      if (last?.untilMs === fromMs) last.untilMs = untilMs;
      else windows.push({ fromMs, untilMs });
    }
    startMs = endMs;
  }
  return windows;
}
