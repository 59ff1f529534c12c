/** Time in epoch milliseconds, handed to whatever decides by it, so that a test can say what time it is. */
export type Clock = () => number;

export const systemClock: Clock = () => Date.now();

export const isoTime = (epochMs: number): string => new Date(epochMs).toISOString();
