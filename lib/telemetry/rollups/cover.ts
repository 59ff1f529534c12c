import type { Period } from '../period.ts';
import { type Level, levels, startOf } from './levels.ts';

/** What to read for a period: windows as they came, and rollups, without gaps or overlaps. */
export interface Cover {
  raw: Period[];
  rolled: Record<Level, Period[]>;
}

export interface CoverRules {
  /** From which time on each is kept, in epoch milliseconds. */
  keptFrom: Record<Level | 'raw', number>;
  /** Whether the rollup that begins then holds all that it should. */
  isComplete: (level: Level, start: number) => boolean;
}

const coarsestFirst = ['day', 'hour', 'minute'] as const;
const finestFirst = ['minute', 'hour', 'day'] as const;

/**
 * Covers a period with the fewest pieces: rollups that lie wholly in it and are complete, the coarsest first, and windows as they
 * came where there is none. Where the windows are not kept any more, an edge is rounded outwards to the finest rollup there is.
 */
export function coverOf(period: Period, { keptFrom, isComplete }: CoverRules): Cover {
  const cover: Cover = { raw: [], rolled: { minute: [], hour: [], day: [] } };
  let at = Math.max(period.from, Math.min(...Object.values(keptFrom)));
  while (at < period.to) {
    const whole = coarsestFirst.find(
      (level) =>
        at >= keptFrom[level] &&
        startOf(level, at) === at &&
        at + levels[level].ms <= period.to &&
        isComplete(level, at),
    );
    if (whole !== undefined) {
      extend(cover.rolled[whole], at, at + levels[whole].ms);
      at += levels[whole].ms;
      continue;
    }
    const minuteEnd = startOf('minute', at) + levels.minute.ms;
    if (at >= keptFrom.raw) {
      extend(cover.raw, at, Math.min(minuteEnd, period.to));
      at = minuteEnd;
      continue;
    }
    const around = finestFirst.find((level) => startOf(level, at) >= keptFrom[level]) ?? 'day';
    const start = startOf(around, at);
    extend(cover.rolled[around], start, start + levels[around].ms);
    at = start + levels[around].ms;
  }
  return cover;
}

/** Pieces that adjoin are read together. */
function extend(periods: Period[], from: number, to: number): void {
  const last = periods.at(-1);
  if (last?.to === from) last.to = to;
  else periods.push({ from, to });
}
