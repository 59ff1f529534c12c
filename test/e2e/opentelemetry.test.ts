import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPlatform, type TestPlatform } from '../support/platform.ts';

/** The buckets of OpenTelemetry's histogram of response times, in milliseconds: the first is [0, 5]. */
const bounds = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000, Number.POSITIVE_INFINITY];

let platform: TestPlatform;
const children = new Set<ChildProcess>();

beforeAll(async () => {
  platform = await startPlatform();
}, 60_000);
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await platform?.stop();
});

/** A service of OpenTelemetry's with an environment that tells it of Headroom, and nothing else that does. */
async function startService(environment: Record<string, string>) {
  const child = fork(fileURLToPath(new URL('../peers/services/opentelemetry.cjs', import.meta.url)), {
    env: {
      PATH: process.env.PATH,
      OTEL_EXPORTER_OTLP_ENDPOINT: `${platform.runtime.apiUrl}/v1/otlp`,
      OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer ${platform.adminToken}`,
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_BSP_SCHEDULE_DELAY: '100',
      OTEL_METRIC_EXPORT_INTERVAL: '1000',
      OTEL_METRIC_EXPORT_TIMEOUT: '1000',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  children.add(child);
  let output = '';
  let errors = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const ended = once(child, 'close').then(() => children.delete(child));
  const [address] = await once(child, 'message');
  return {
    async serve(count: number, status = 200): Promise<void> {
      for (let first = 0; first < count; first += 10) {
        const some = Array.from({ length: Math.min(10, count - first) }, (_, index) => first + index);
        await Promise.all(
          some.map(async (id) => (await fetch(`${address}/products/${id}?ms=${id % 30}&status=${status}`)).text()),
        );
      }
    },
    /** Resolves when it has reported everything; to what it printed. */
    async end(): Promise<string> {
      child.send('end');
      await ended;
      expect(errors).toBe('');
      return output;
    },
  };
}

/** In milliseconds, sorted: of all spans that a server printed. */
const spanDurations = (output: string): number[] =>
  output
    .split(/^\{$/m)
    .filter((text) => /^ {2}kind: 1,$/m.test(text))
    .map((text) => Number(/^ {2}duration: ([\d.]+),$/m.exec(text)?.[1]) / 1000)
    .sort((a, b) => a - b);

/** The histogram of response times that a server printed last, over all its attributes: requests by bucket, and their time in all. */
function printedHistogram(output: string): { counts: number[]; sumMs: number } {
  const [printed = ''] = output
    .split(/^ {2}descriptor: \{$/m)
    .filter((text) => text.includes("name: 'http.server.request.duration'"))
    .slice(-1);
  const points = [...printed.matchAll(/ counts: \[([\d,\s]+)\]/g)].map(([, counts = '']) =>
    counts.split(',').map(Number),
  );
  const sums = [...printed.matchAll(/ sum: ([\d.]+),/g)].map(([, sum]) => Number(sum) * 1000);
  return {
    counts: bounds.slice(1).map((_, bucket) => points.reduce((total, point) => total + (point[bucket] ?? 0), 0)),
    sumMs: sums.reduce((total, sum) => total + sum, 0),
  };
}

const told = async (project: string) => {
  const params = { project };
  const { requests, instances } = await platform.client.call('getMetrics', { params });
  const { items } = await platform.client.call('listEndpoints', { params });
  return { requests, instances, endpoints: items };
};

const register = (project: string) =>
  platform.client.call('putProject', { params: { project }, body: { baseUrl: 'http://127.0.0.1:1' } });

const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.ceil(q * sorted.length) - 1] ?? Number.NaN;

describe('a service that reports by OpenTelemetry, configured by its standard variables only', () => {
  it.each([
    ['http/protobuf', 'gzip'],
    ['http/json', 'none'],
  ])(
    'appears by its traces over %s (%s), with right counts and percentiles',
    async (protocol, compression) => {
      const project = `traced-${protocol.slice(5)}`;
      await register(project);
      const service = await startService({
        OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
        OTEL_EXPORTER_OTLP_COMPRESSION: compression,
        OTEL_SERVICE_NAME: project,
        OTEL_TRACES_EXPORTER: 'otlp,console',
        OTEL_METRICS_EXPORTER: 'none',
      });
      await service.serve(120);
      await service.serve(7, 503);
      const durations = spanDurations(await service.end());
      expect(durations).toHaveLength(127);
      const { requests, instances, endpoints } = await told(project);
      expect(requests).toMatchObject({ totalRequests: 127, errorRatePercent: 5.512 });
      expect(instances).toBe(1);
      expect(endpoints).toMatchObject([{ endpoint: 'GET /products/:id', requests: 127 }]);
      for (const [told, q] of [
        [requests?.p50ResponseTimeMs, 0.5],
        [requests?.p95ResponseTimeMs, 0.95],
        [requests?.p99ResponseTimeMs, 0.99],
      ] as const) {
        expect(Math.abs((told ?? 0) / quantile(durations, q) - 1)).toBeLessThan(0.01);
      }
      const errors = await platform.client.call('listErrorRequests', { params: { project } });
      expect(errors.items).toHaveLength(7);
      expect(errors.items[0]).toMatchObject({ status: 503, route: '/products/:id' });
    },
    60_000,
  );

  it('appears by its metrics, with right counts, and percentiles in the right buckets', async () => {
    await register('metered');
    const service = await startService({
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
      OTEL_SERVICE_NAME: 'metered',
      OTEL_TRACES_EXPORTER: 'none',
      OTEL_METRICS_EXPORTER: 'otlp,console',
    });
    await service.serve(60);
    // Another export in between.
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    await service.serve(60);
    await service.serve(7, 503);
    const { counts, sumMs } = printedHistogram(await service.end());
    const { requests, endpoints } = await told('metered');
    expect(requests).toMatchObject({ totalRequests: 127, errorRatePercent: 5.512 });
    expect(endpoints).toMatchObject([{ endpoint: 'GET /products/:id', requests: 127 }]);
    expect(requests?.avgResponseTimeMs).toBeCloseTo(sumMs / 127, 1);
    for (const [told, q] of [
      [requests?.p50ResponseTimeMs, 0.5],
      [requests?.p95ResponseTimeMs, 0.95],
      [requests?.p99ResponseTimeMs, 0.99],
    ] as const) {
      const upTo = counts.map((_, bucket) => counts.slice(0, bucket + 1).reduce((sum, count) => sum + count, 0));
      const bucket = upTo.findIndex((count) => count >= Math.ceil(q * 127));
      expect(told).toBeGreaterThanOrEqual(bounds[bucket] ?? Number.NaN);
      expect(told).toBeLessThanOrEqual(bounds[bucket + 1] ?? Number.NaN);
    }
  }, 60_000);

  it('is counted once where it sends both', async () => {
    await register('both');
    const service = await startService({
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_SERVICE_NAME: 'Both',
      OTEL_TRACES_EXPORTER: 'otlp',
      OTEL_METRICS_EXPORTER: 'otlp',
    });
    for (let round = 0; round < 3; round++) {
      await service.serve(40, round === 1 ? 500 : 200);
      await new Promise((resolve) => setTimeout(resolve, 700));
    }
    await service.end();
    const { requests, instances } = await told('both');
    // Its traces and its metrics differ by a millisecond in when a request ended, so one or two may fall where one takes over.
    expect(Math.abs((requests?.totalRequests ?? 0) - 120)).toBeLessThanOrEqual(3);
    expect(instances).toBe(1);
    const errors = await platform.client.call('listErrorRequests', { params: { project: 'both' } });
    expect(errors.items.length).toBeGreaterThan(0);
  }, 60_000);
});
