import type { TelemetryWindow } from '../../contracts/telemetry.ts';
import { windowLists } from '../../contracts/telemetry-limits.ts';

type Lists = Pick<TelemetryWindow, (typeof windowLists)[number]>;

const halves = <Item>(items: readonly Item[]): [Item[], Item[]] => {
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)];
};

/**
 * The window as JSON, in as many parts as it takes to keep each below `maxBytes`. Parts have the same start and duration,
 * and were under the same settings; they share nothing that is listed, and what is said once is in the first.
 */
export function packWindow(window: TelemetryWindow, maxBytes: number): string[] {
  const json = JSON.stringify(window);
  if (Buffer.byteLength(json) <= maxBytes) return [json];
  const divided = windowLists.map((list) => [list, halves<unknown>(window[list])] as const);
  if (divided.every(([, [, second]]) => second.length === 0)) return [json];
  const { start, durationMs, settings } = window;
  const half = (index: 0 | 1): Lists => Object.fromEntries(divided.map(([list, both]) => [list, both[index]])) as Lists;
  return [
    ...packWindow({ ...window, ...half(0) }, maxBytes),
    ...packWindow({ start, durationMs, ...(settings && { settings }), ...half(1) }, maxBytes),
  ];
}
