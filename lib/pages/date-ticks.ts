const day = 86_400;

/** How far the clocks of a place are ahead of UTC at a time in seconds since 1970, in seconds. */
export type ZoneOffset = (epochSeconds: number) => number;

export const utc: ZoneOffset = () => 0;
/** Of where the reader is. */
export const local: ZoneOffset = (epochSeconds) => -60 * new Date(epochSeconds * 1000).getTimezoneOffset();

/**
 * How an axis of dates is written: the time of day at each tick, and the day where it begins, or the year.
 * @param ticks in seconds since 1970, ascending
 */
export function dateTicks(ticks: readonly number[], zone: ZoneOffset = utc): string[] {
  const step = Math.min(...ticks.slice(1).map((tick, index) => tick - (ticks[index] ?? tick)));
  const isoOf = (tick: number): string => new Date((tick + zone(tick)) * 1000).toISOString();
  return ticks.map((tick, index) => {
    const iso = isoOf(tick);
    const before = ticks[index - 1];
    const isNew = (length: number): boolean =>
      before === undefined || isoOf(before).slice(0, length) !== iso.slice(0, length);
    if (step >= day) return isNew(4) ? iso.slice(0, 10) : iso.slice(5, 10);
    if (isNew(10)) return index === 0 ? iso.slice(0, 10) : iso.slice(5, 10);
    return step < 60 ? iso.slice(11, 19) : iso.slice(11, 16);
  });
}

/** Where ticks stand so that they are whole in the zone: midnight, not the hour that is midnight in UTC. */
export function zonedSplits(min: number, max: number, step: number, zone: ZoneOffset): number[] {
  const offset = zone(min);
  const first = Math.ceil((min + offset) / step) * step - offset;
  return Array.from({ length: Math.max(0, Math.floor((max - first) / step) + 1) }, (_, index) => first + index * step);
}
