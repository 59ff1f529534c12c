import { setTimeout } from 'node:timers/promises';

/** Stands in for waiting where the clock stands still: it only lets others go first. */
export const pause = (): Promise<void> => setTimeout(50);
