import type { TelemetryWindow } from '../../../lib/contracts/telemetry.ts';
import { registerTarget } from '../../support/load-client.ts';
import {
  endpointWindow,
  queryWindow,
  resourceWindow,
  telemetryBatch,
  telemetryWindow,
} from '../../support/telemetry-batches.ts';
import type { World } from './world.ts';

export const minuteMs = 60_000;
export const thisMinute = Math.floor(Date.now() / minuteMs) * minuteMs;

/** A project of which these windows are told, as by a service. */
export async function tell(
  { client }: Pick<World, 'client'>,
  project: string,
  windows: readonly TelemetryWindow[],
): Promise<void> {
  await registerTarget(client, project, 1);
  for (let at = 0; at < windows.length; at += 20) {
    const body = telemetryBatch({ instance: 'one', sequence: at, windows: windows.slice(at, at + 20) });
    await client.call('ingestTelemetry', { params: { project }, body });
  }
}

/** Windows of so many ms in the mean, one in each of the last minutes, the last of which is `newest` minutes ago. */
const eachMinute = (meansMs: readonly number[], newest = 2): TelemetryWindow[] =>
  meansMs.map((ms, at) =>
    telemetryWindow({
      start: thisMinute - (meansMs.length - 1 - at + newest) * minuteMs,
      endpoints: [endpointWindow('GET /', { requests: 60, ms })],
    }),
  );

/** As the SDK tells of caches. */
const cacheMetrics = ({ hits, misses }: { hits: number; misses: number }): TelemetryWindow['metrics'] => [
  { kind: 'counter', name: 'headroom_cache_hits_total', labels: { namespace: 'x', tier: 'memory' }, value: hits },
  { kind: 'counter', name: 'headroom_cache_misses_total', labels: { namespace: 'x' }, value: misses },
];

/** What the parts of a score are worth by the ratio of a value to its threshold. */
export const points = (ratio: number): number =>
  ratio <= 0.5 ? 100 : ratio <= 1 ? 100 - 80 * (ratio - 0.5) : Math.max(0, 60 - 30 * (ratio - 1));

/** Response time 1000 of 2000 ms, errors 5 of 5 %, memory 95 of 90 %, queries 150 of 100 ms, hit rate 40 of 70 %. */
export const ailing = () =>
  telemetryWindow({
    start: Date.now() - 60_000,
    endpoints: [endpointWindow('GET /', { requests: 100, ms: 1_000, statuses: { 200: 95, 500: 5 }, failed: 5 })],
    queries: [queryWindow('SELECT ?', { endpoint: 'GET /', queries: 100, ms: 150 })],
    resources: resourceWindow({ rssMb: 1_900, memoryLimitMb: 2_000 }),
    metrics: cacheMetrics({ hits: 40, misses: 60 }),
  });
export const ailingScore =
  (30 * points(1_000 / 2_000) +
    25 * points(5 / 5) +
    20 * points((100 - 90) / (100 - 95)) +
    15 * points(150 / 100) +
    10 * points((100 - 40) / (100 - 70))) /
  100;

export const risingProject = 'b10';
export const unevenProject = 'd8';
/** Of the uneven one: when five minutes begin that stand out. */
export const standsOutFrom = new Date(thisMinute - 11 * minuteMs).toISOString();

/** By the severity of the alert that it opens, of a threshold of 2,000 ms. */
export const slowRatios = { low: 1.1, medium: 1.6, high: 2.2, critical: 3.3 };
export const alertingProject = 'd9';
export const brieflyProject = 'd9-brief';

/** Windows of the minutes that alerts look at, all alike. */
const lately = (window: Parameters<typeof telemetryWindow>[0], minutes = 6): TelemetryWindow[] =>
  Array.from({ length: minutes }, (_, at) => telemetryWindow({ ...window, start: thisMinute - (at + 2) * minuteMs }));

async function tellOfAlarmingOnes(world: Pick<World, 'client'>): Promise<void> {
  const slow = endpointWindow('GET /', { requests: 50, ms: 2_500, statuses: { 200: 47, 500: 3 }, failed: 3 });
  const window = {
    endpoints: [slow],
    queries: [queryWindow('SELECT ?', { endpoint: 'GET /', ms: 10 })],
    resources: resourceWindow({ cpuPercent: 180, cpuCores: 2, rssMb: 1_900, memoryLimitMb: 2_000 }),
    metrics: cacheMetrics({ hits: 50, misses: 50 }),
  };
  await tell(world, alertingProject, lately(window));
  await tell(world, brieflyProject, lately({ endpoints: [slow] }, 1));
  for (const [severity, ratio] of Object.entries(slowRatios)) {
    const endpoints = [endpointWindow('GET /', { requests: 20, ms: 2_000 * ratio })];
    await tell(world, `e7-${severity}`, lately({ endpoints }));
  }
}

/** What the platform takes up when a minute passes: services that alerts are opened of, and hours of two others. */
export async function tellServices(world: Pick<World, 'client'>): Promise<void> {
  await tellOfAlarmingOnes(world);
  // A millisecond more each minute; in the end twice as slow all at once.
  const rising = [...Array.from({ length: 40 }, (_, at) => 20 + at), ...Array.from({ length: 20 }, () => 120)];
  await tell(world, risingProject, eachMinute(rising));
  // Some noise that is the same each time, five minutes that stand out, and ten busy seconds.
  const uneven = Array.from({ length: 125 }, (_, at) => (at >= 115 && at < 120 ? 400 : 20 + ((at * 7) % 5)));
  const windows = eachMinute(uneven);
  const [busiest] = windows;
  if (busiest !== undefined) busiest.endpoints = [endpointWindow('GET /', { requests: 900, ms: 20 })];
  await tell(world, unevenProject, windows);
}
