export interface Period {
  lengthMs: number;
  /** The last value of each stretch of this length is kept. It divides the period. */
  slotMs: number;
  /** How far off, in slots, what is compared with may be. */
  nearSlots: number;
}

/** What is older than so many periods is no longer compared with. */
const OLDEST_PERIODS = 7;

/** The last values of one period, by their place in it. Plain data, of a size that never changes. */
export interface PeriodBefore {
  values: number[];
  /** When each was, in milliseconds; null for never. */
  times: (number | null)[];
}

export function noPeriodBefore({ lengthMs, slotMs }: Period): PeriodBefore {
  const slots = lengthMs / slotMs;
  return { values: new Array<number>(slots).fill(0), times: new Array<null>(slots).fill(null) };
}

/** Of times before 1970 too. */
const slotOf = ({ lengthMs, slotMs }: Period, timestampMs: number): number =>
  Math.floor((((timestampMs % lengthMs) + lengthMs) % lengthMs) / slotMs);

export function keepForNext(period: Period, before: PeriodBefore, timestampMs: number, value: number): void {
  const slot = slotOf(period, timestampMs);
  before.values[slot] = value;
  before.times[slot] = timestampMs;
}

/**
 * The value at the same time of the last period that had one, or as near to it as there is one.
 * @returns undefined when there is none between half a period and seven ago
 */
export function atSameTimeBefore(period: Period, before: PeriodBefore, timestampMs: number): number | undefined {
  const slots = before.values.length;
  const slot = slotOf(period, timestampMs);
  for (let distance = 0; distance <= period.nearSlots; distance++) {
    // Later in the period first: what is earlier is of this one already, where points come often.
    for (const near of [slot + distance, slot - distance]) {
      const index = (near + slots) % slots;
      const time = before.times[index] ?? null;
      if (time === null) continue;
      const age = timestampMs - time;
      if (age >= period.lengthMs / 2 && age <= OLDEST_PERIODS * period.lengthMs) return before.values[index];
    }
  }
  return undefined;
}
