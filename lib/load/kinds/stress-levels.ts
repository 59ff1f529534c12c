import type { LoadSettings } from './settings.ts';

/** The levels of a stress test from the first to the last, which is always tried: by equal steps, or each the double of the one before. */
export function stressLevels({
  startLevel,
  maxLevel,
  levelStep,
}: Pick<LoadSettings, 'startLevel' | 'maxLevel' | 'levelStep'>): number[] {
  const levels: number[] = [];
  for (
    let level = startLevel;
    level < maxLevel && levels.length < mostSteps;
    level = levelStep === undefined ? level * 2 : level + levelStep
  ) {
    levels.push(level);
  }
  return [...levels, maxLevel];
}

/** What a run can carry in its figures; equal steps that are finer are refused where they are asked for. */
export const mostSteps = 200;

/** To the breaking point: each halves what is left between the last good and the first bad level. */
export const mostBisections = 7;
