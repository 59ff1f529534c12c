import { afterEach, beforeEach, expect, it } from 'vitest';
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

it('reports the own metrics of a process that serves no requests, when it ends', async () => {
  const worker = startProgram('../../sdk-memory/programs/worker.ts', environmentFor(collector.url));
  expect([await worker.exit, worker.output()]).toEqual([0, '']);
  const metrics = collector.batches.flatMap(({ windows }) => windows).flatMap((window) => window.metrics);
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
