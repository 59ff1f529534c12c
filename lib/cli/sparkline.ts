export interface TimedValue {
  readonly atMs: number;
  readonly value: number;
}

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
  /** So long each value holds. */
  readonly stepMs: number;
}

const levels = ' ▁▂▃▄▅▆▇█';
const steps = levels.length - 1;

/**
 * Bars over time, from 0 to the highest value. What falls into one column is represented by the highest of it, and where nothing
 * was told there is nothing; 0 is a lowest bar.
 * @param rows how high it is
 * @returns the lines, each `columns` wide
 */
export function sparkline(
  values: readonly TimedValue[],
  { fromMs, toMs, stepMs }: Span,
  columns: number,
  rows = 1,
): string[] {
  const slotOf = (ms: number): number => Math.floor(((ms - fromMs) / (toMs - fromMs)) * columns);
  const slots: (number | undefined)[] = Array.from({ length: columns }, () => undefined);
  for (const { atMs, value } of values) {
    if (!Number.isFinite(value) || atMs < fromMs || atMs > toMs || toMs <= fromMs) continue;
    const first = Math.min(columns - 1, slotOf(atMs));
    const last = Math.max(first, Math.min(columns, slotOf(atMs + stepMs)) - 1);
    for (let slot = first; slot <= last; slot++) slots[slot] = Math.max(value, slots[slot] ?? value);
  }
  const highest = Math.max(0, ...slots.map((value) => value ?? 0));
  const heights = slots.map((value) => {
    if (value === undefined) return 0;
    return highest === 0 ? 1 : Math.max(1, Math.round((Math.max(0, value) / highest) * steps * rows));
  });
  return Array.from({ length: rows }, (_, row) => {
    const below = (rows - 1 - row) * steps;
    return heights.map((height) => levels[Math.min(steps, Math.max(0, height - below))]).join('');
  });
}
