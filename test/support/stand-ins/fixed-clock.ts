/** Stands in for the system's clock: it is always 02:00. */
export const fixedNow = Date.parse('2026-01-31T02:00:00.000Z');
export const systemClock = (): number => fixedNow;
export const isoTime = (epochMs: number): string => new Date(epochMs).toISOString();
