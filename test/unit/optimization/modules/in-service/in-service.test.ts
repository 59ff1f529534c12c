import { describe, expect, it } from 'vitest';
import { analyse } from '../../../../../lib/analysis/analyse.ts';
import { type LiveSettings, liveSettings } from '../../../../../lib/contracts/live-settings.ts';
import { proposal } from '../../../../../lib/contracts/optimizations.ts';
import { inServiceModules } from '../../../../../lib/optimization/modules/in-service/in-service.ts';
import { neededConnections } from '../../../../../lib/optimization/modules/in-service/pool-size.ts';
import { settingApplier } from '../../../../../lib/optimization/settings/applier.ts';
import type { Situation } from '../../../../../lib/optimization/situation.ts';
import { situationOf } from '../../../../support/optimization/situation.ts';
import {
  aggregateOf,
  endpointWindow,
  noon,
  poolWindow,
  queryWindow,
  resourceWindow,
  sketchOf,
  telemetryWindow,
  times,
} from '../../../../support/telemetry-batches.ts';

type Window = NonNullable<Parameters<typeof telemetryWindow>[0]>;

/** What is planned for a service that reported this, of which an analysis is made as ever. */
function situation(
  window: Window,
  { dropped = 0, ...given }: Partial<Situation> & { dropped?: number } = {},
): Situation {
  const start = noon - 20_000;
  const telemetry = { ...aggregateOf([telemetryWindow({ start, ...window })]), droppedWindows: dropped };
  const base = situationOf({ telemetry, ...given });
  const { bottlenecks } = analyse(telemetry, base.thresholds, base.period);
  return { ...base, bottlenecks, ...given };
}

const sums = 'SELECT category, SUM(price) FROM sales GROUP BY category';
const slow = { requests: 400, ms: 40 };
const asking = (endpoint: string, query: string): Window => ({
  endpoints: [endpointWindow(endpoint, slow)],
  queries: [queryWindow(query, { endpoint, queries: 400, ms: 30 })],
});
const counter = (name: string, value: number) => ({
  kind: 'counter' as const,
  name: `headroom_cache_${name}_total`,
  labels: { namespace: 'prices' },
  value,
});
const missing = (evictions: number): Window => ({
  endpoints: [endpointWindow('GET /', slow)],
  metrics: [counter('hits', 300), counter('misses', 700), counter('evictions', evictions), counter('loader_ms', 9_000)],
});
const pool = (system: string, peakWaiting: number): Window => ({
  endpoints: [endpointWindow('GET /', slow)],
  pools: [
    poolWindow({
      pool: 'main',
      system,
      size: 5,
      open: 5,
      inUse: 5,
      peakInUse: 5,
      peakWaiting,
      waiting: peakWaiting,
      ...(peakWaiting > 0 ? { waitTime: sketchOf(times(400, 60)) } : {}),
    }),
  ],
});
const network = (connections: number): Window => ({
  endpoints: [endpointWindow('GET /', slow)],
  network: { requests: 1_000, connections, responseBytes: 1, responseBodyBytes: 1 },
});
const heavy = (route: string, responseBytes: number): Window => ({
  endpoints: [endpointWindow(`GET ${route}`, { requests: 100, ms: 5, responseBytes })],
  resources: resourceWindow({ cpuPercent: 20 }),
});
const busy = (peakConcurrentRequests: number): Window => ({
  endpoints: [endpointWindow('GET /', { requests: 1_000, ms: 100 })],
  peakConcurrentRequests,
  resources: resourceWindow({ eventLoopUtilizationPercent: 99, eventLoopDelayP99Ms: 800 }),
});
const short = (more: Window = {}): Window => ({
  endpoints: [endpointWindow('GET /', slow)],
  metrics: [counter('hits', 900), counter('misses', 100)],
  resources: resourceWindow({ rssMb: 980, memoryLimitMb: 1_000, heapUsedMb: 100 }),
  ...more,
});

interface Case {
  fires: Situation;
  after: LiveSettings;
  /** Each by why not. */
  not: Record<string, Situation>;
}

const cases: Record<string, Case> = {
  'response-caching': {
    fires: situation(asking('GET /report', sums)),
    after: { responseCaching: [{ endpoint: 'GET /report', ttlSeconds: 10, staleWhileRevalidateSeconds: 20 }] },
    not: {
      'a parameter in the query': situation(asking('GET /report', 'SELECT SUM(price) FROM sales WHERE user_id = ?')),
      'a parameter in the route': situation(asking('GET /reports/:id', sums)),
      'a personal route': situation(asking('GET /my/report', sums)),
      writes: situation(asking('GET /report', 'UPDATE visits SET n = n + 1')),
      'another method': situation(asking('POST /report', sums)),
      'no bottleneck': situation(asking('GET /report', sums), { bottlenecks: [] }),
      'cached already': situation(asking('GET /report', sums), {
        settings: { responseCaching: [{ endpoint: 'GET /report', ttlSeconds: 60, staleWhileRevalidateSeconds: 0 }] },
      }),
    },
  },
  ttl: {
    fires: situation(missing(0)),
    after: { ttlMultiplier: 2 },
    not: {
      'a full cache': situation(missing(600)),
      'enough already': situation(missing(0), { settings: { ttlMultiplier: 4 } }),
    },
  },
  compression: {
    fires: situation(heavy('/products', 2_000_000)),
    after: { compression: { aboveBytes: 1_400 } },
    not: {
      'short answers': situation(heavy('/products', 100_000)),
      images: situation(heavy('/photo.jpg', 2_000_000)),
      'a busy processor': situation({
        ...heavy('/products', 2_000_000),
        resources: resourceWindow({ cpuPercent: 95, cpuCores: 1 }),
      }),
    },
  },
  'pool-size': {
    fires: situation(pool('postgresql', 4)),
    after: { pools: [{ pool: 'main', size: 10 }] },
    not: { 'nobody waits': situation(pool('postgresql', 0)), 'not to be resized': situation(pool('mongodb', 4)) },
  },
  'concurrency-limit': {
    fires: situation(busy(200)),
    after: { concurrency: { maxRequests: 20, maxWaiting: 80 } },
    not: {
      'a peak as usual': situation(busy(20)),
      'a limit that is there': situation(busy(200), { settings: { concurrency: { maxRequests: 50, maxWaiting: 10 } } }),
    },
  },
  'keep-alive': {
    fires: situation(network(600)),
    after: { keepAlive: { incomingSeconds: 65 } },
    not: {
      'connections that are used again': situation(network(50)),
      'clients that come once': situation(network(1_000)),
    },
  },
  sampling: {
    fires: situation(network(1), { dropped: 5 }),
    after: { sampling: { slowRequests: 3, flushSeconds: 30 } },
    not: { 'nothing lost': situation(network(1)) },
  },
  'memory-trimming': {
    fires: situation(short()),
    after: { memory: { trimAtPercent: 80, collectGarbage: false } },
    not: {
      'no caches': situation(short({ metrics: [] })),
      'enough memory': situation(short({ resources: resourceWindow({ rssMb: 100, memoryLimitMb: 1_000 }) })),
    },
  },
};

const named = (name: string) => {
  const module = inServiceModules.find((each) => each.name === name);
  if (module === undefined) throw new Error(`no module is called ${name}`);
  return module;
};

it('has a case for each module', () => {
  expect(Object.keys(cases)).toEqual(inServiceModules.map(({ name }) => name));
});

describe.each(Object.entries(cases))('%s', (name, { fires, after, not }) => {
  it('plans what its evidence says, as the contract has it', () => {
    const planned = named(name).plan(fires);
    expect(planned).toHaveLength(1);
    for (const { subject: _, ...each } of planned) {
      proposal.parse({ ...each, id: 'one', module: name, optimizationId: named(name).optimizationId });
      const changed = Object.fromEntries(
        each.changes.map((change) => ['setting' in change && change.setting, 'after' in change && change.after]),
      );
      expect(changed).toEqual(after);
      expect(liveSettings.parse(changed)).toEqual(changed);
    }
  });

  it.each(Object.entries(not))('plans nothing: %s', (_, other) => {
    expect(named(name).plan(other)).toEqual([]);
  });

  it('is applied, verified and taken back', async () => {
    let present = fires.settings;
    const applier = settingApplier({
      clock: () => noon,
      liveSettings: {
        read: async () => ({ settings: present, version: 'v' }),
        async change(
          _: string,
          change: (now: { settings: LiveSettings; version: string }) => { settings: LiveSettings },
        ) {
          present = change({ settings: present, version: 'v' }).settings;
          return { settings: present, version: 'v' };
        },
      } as never,
    });
    const before = present;
    for (const change of named(name)
      .plan(fires)
      .flatMap(({ changes }) => changes)) {
      if (change.kind !== 'setting') throw new Error('only live settings are changed here');
      const held = await applier.read('shop', change);
      expect(held.value).toEqual(change.before);
      const applied = await applier.write('shop', change, change.after, held);
      expect(present).toMatchObject(after);
      // From what was reported before, nothing more is to be done.
      const since = { settings: present, lastChangedAt: new Map([[name, noon]]) };
      expect(named(name).plan({ ...fires, ...since })).toEqual([]);
      await applier.write('shop', change, change.before, applied);
    }
    expect(present).toEqual(before);
  });
});

it('takes its figures from the recorded breakdown', () => {
  const [planned] = named('response-caching').plan(cases['response-caching']?.fires ?? situationOf());
  expect(planned?.expectedImpactPercent).toBeGreaterThan(50);
  expect(planned?.expectedImpactSource).toMatch(/breakdown/);
});

it('needs as many connections as Little and a square root say', () => {
  expect(neededConnections(4, 0, 10)).toBe(8);
  expect(neededConnections(4, 50, 10)).toBe(15);
});
