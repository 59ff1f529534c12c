const DAY_MS = 86_400_000;
const SLOT_MS = 300_000;
const SLOTS = DAY_MS / SLOT_MS;
/** What is looked for around the same time of day. */
const NEAR_SLOTS = 6;
const YOUNGEST_MS = DAY_MS / 2;
const OLDEST_MS = 7 * DAY_MS;

/** The last value of each five minutes of the day. Plain data, of a size that never changes. */
export interface DayBefore {
  values: number[];
  /** When it was, in milliseconds; 0 for never. */
  times: number[];
}

export const noDayBefore = (): DayBefore => ({
  values: new Array<number>(SLOTS).fill(0),
  times: new Array<number>(SLOTS).fill(0),
});

const slotOf = (timestampMs: number): number => Math.floor((((timestampMs % DAY_MS) + DAY_MS) % DAY_MS) / SLOT_MS);

export function keepForNextDay(day: DayBefore, timestampMs: number, value: number): void {
  const slot = slotOf(timestampMs);
  day.values[slot] = value;
  day.times[slot] = timestampMs;
}

/**
 * The value at this time of day on the last day that had one, at most a week and at least half a day ago, and at most half an hour off.
 * @returns undefined when there is none
 */
export function atThisTimeOfDay(day: DayBefore, timestampMs: number): number | undefined {
  const slot = slotOf(timestampMs);
  for (let distance = 0; distance <= NEAR_SLOTS; distance++) {
    for (const near of distance === 0 ? [slot] : [slot + distance, slot - distance]) {
      const index = (near + SLOTS) % SLOTS;
      const time = day.times[index] ?? 0;
      const age = timestampMs - time;
      if (time !== 0 && age >= YOUNGEST_MS && age <= OLDEST_MS) return day.values[index];
    }
  }
  return undefined;
}
