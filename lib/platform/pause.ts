import { setTimeout } from 'node:timers/promises';

/** Waits. In a module of its own, so that a test can make time pass as it likes. */
export const pause = (ms: number): Promise<void> => setTimeout(ms);
