import type { Sketch } from '../../statistics/sketch.ts';

/** The 95th percentile of fewer values is the highest of them, which says nothing of the rest. */
export const minCountForP95 = 20;

/** In microseconds, what a threshold is held against: the 95th percentile, of few values the median. */
export const typicalUs = (times: Sketch): number => times.quantile(times.count < minCountForP95 ? 0.5 : 0.95);
