import { afterEach, beforeEach, expect, it } from 'vitest';
import type { MetricWindow } from '../../../lib/contracts/telemetry.ts';
import { Sketch } from '../../../lib/statistics/sketch.ts';
import { Collector } from '../sdk/collector.ts';
import { environmentFor, startProgram } from '../sdk/host.ts';

let collector: Collector;

beforeEach(async () => {
  collector = await Collector.open();
});

afterEach(async () => {
  await collector.close();
  expect(collector.problems).toEqual([]);
});

async function metricsOfWorker(more: NodeJS.ProcessEnv = {}): Promise<MetricWindow[]> {
  const worker = startProgram('../../sdk-memory/programs/worker.ts', environmentFor(collector.url, more));
  expect([await worker.exit, worker.output()]).toEqual([0, '']);
  return collector.batches.flatMap(({ windows }) => windows).flatMap(({ metrics }) => metrics);
}

it('reports the own metrics of a process that serves no requests, when it ends', async () => {
  const all = await metricsOfWorker();
  const metrics = all.filter(({ name }) => name.startsWith('job'));
  expect(metrics).toMatchObject([
    { kind: 'counter', name: 'jobs_total', labels: { kind: 'mail' }, value: 2 },
    { kind: 'counter', name: 'jobs_total', labels: { kind: 'invoice' }, value: 1 },
    { kind: 'gauge', name: 'jobs_waiting', last: 0, count: 1 },
    { kind: 'histogram', name: 'job_duration', unit: 'ms', resolution: 0.001 },
  ]);
  const [, , , durations] = metrics;
  const sketch = Sketch.fromBase64(durations?.kind === 'histogram' ? durations.values : '');
  expect(sketch.count).toBe(3);
  expect(sketch.min).toBeGreaterThan(3_000);
});

it('reports what its caches did, and whether memory is short', async () => {
  const metrics = (await metricsOfWorker()).filter(({ name }) => name.startsWith('headroom_'));
  const labels = { namespace: 'addresses' };
  expect(metrics.toSorted((a, b) => (a.name < b.name ? -1 : 1))).toMatchObject([
    { kind: 'gauge', name: 'headroom_cache_bytes', unit: 'bytes', labels },
    { kind: 'gauge', name: 'headroom_cache_entries', labels, last: 2 },
    { kind: 'counter', name: 'headroom_cache_hits_total', labels: { ...labels, tier: 'memory' }, value: 1 },
    { kind: 'counter', name: 'headroom_cache_loader_ms_total', unit: 'ms', labels },
    { kind: 'counter', name: 'headroom_cache_misses_total', labels, value: 2 },
    { kind: 'gauge', name: 'headroom_memory_pressure', labels: {}, last: 0 },
  ]);
});

it('leaves out what is switched off', async () => {
  const metrics = await metricsOfWorker({ HEADROOM_CACHE_ENABLED: 'false', HEADROOM_MEMORY_ENABLED: '0' });
  expect(metrics.map(({ name }) => name).filter((name) => name.startsWith('headroom_'))).toEqual([]);
  expect(metrics.length).toBeGreaterThan(0);
  expect(collector.batches.flatMap(({ windows }) => windows).map(({ resources }) => resources)).toEqual([undefined]);
});
