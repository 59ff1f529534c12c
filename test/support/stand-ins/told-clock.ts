import { readFileSync } from 'node:fs';

/** Stands in for the system's clock: what a test last wrote into a file, so that processes that come and go have one time. */
export const systemClock = (): number => Number(readFileSync(process.env.TIME_FILE ?? '', 'utf8'));
export const isoTime = (epochMs: number): string => new Date(epochMs).toISOString();
