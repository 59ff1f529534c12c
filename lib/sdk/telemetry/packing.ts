import type { TelemetryWindow } from '../../contracts/telemetry.ts';

const halves = <Item>(items: readonly Item[]): [Item[], Item[]] => {
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)];
};

/**
 * The window as JSON, in as many parts as it takes to keep each below `maxBytes`. Parts have the same start and duration and
 * share no endpoint, query or record; the resources are in the first.
 */
export function packWindow(window: TelemetryWindow, maxBytes: number): string[] {
  const json = JSON.stringify(window);
  if (Buffer.byteLength(json) <= maxBytes) return [json];
  const endpoints = halves(window.endpoints);
  const queries = halves(window.queries);
  const slowRequests = halves(window.slowRequests);
  const failedRequests = halves(window.failedRequests);
  if ([endpoints, queries, slowRequests, failedRequests].every(([, second]) => second.length === 0)) return [json];
  const { start, durationMs } = window;
  const part = (half: 0 | 1): TelemetryWindow => ({
    start,
    durationMs,
    endpoints: endpoints[half],
    queries: queries[half],
    slowRequests: slowRequests[half],
    failedRequests: failedRequests[half],
  });
  const { resources } = window;
  return [...packWindow({ ...part(0), ...(resources && { resources }) }, maxBytes), ...packWindow(part(1), maxBytes)];
}
