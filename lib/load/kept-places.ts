import type { Places } from './engine/sequences.ts';

/** The rate of a moment may be so many times that of the time before: at the end of a ramp, twice. */
const margin = 2;

export interface Pace {
  /** How far the sequences had come before ... */
  before: Places;
  /** ... this time. */
  overMs: number;
  /** How many users, or arrivals of a second, may take from a sequence at once. */
  atOnce: number;
}

/**
 * Where sequences go on with somebody else, while their owner may go on with them for a while: so far ahead that he does not
 * get there. What he does not take until then comes back to his successor when he has ended.
 */
export function placesAhead(places: Places, forMs: number, { before, overMs, atOnce }: Pace): Places {
  return Object.fromEntries(
    Object.entries(places).map(([name, place]) => {
      const perMs = (place - (before[name] ?? 0)) / Math.max(1, overMs);
      return [name, place + Math.ceil(margin * perMs * forMs) + atOnce];
    }),
  );
}
