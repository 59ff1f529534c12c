const day = 86_400;

/**
 * How an axis of dates is written, in UTC: the time of day at each tick, and the day where it begins, or the year.
 * @param ticks in seconds since 1970, ascending
 */
export function dateTicks(ticks: readonly number[]): string[] {
  const step = Math.min(...ticks.slice(1).map((tick, index) => tick - (ticks[index] ?? tick)));
  return ticks.map((tick, index) => {
    const iso = new Date(tick * 1000).toISOString();
    const before = ticks[index - 1];
    const isNew = (length: number): boolean =>
      before === undefined || new Date(before * 1000).toISOString().slice(0, length) !== iso.slice(0, length);
    if (step >= day) return isNew(4) ? iso.slice(0, 10) : iso.slice(5, 10);
    if (isNew(10)) return index === 0 ? iso.slice(0, 10) : iso.slice(5, 10);
    return step < 60 ? iso.slice(11, 19) : iso.slice(11, 16);
  });
}
