import fc from 'fast-check';
import parse from 'parse-prometheus-text-format';
import { beforeEach, describe, expect, it } from 'vitest';
import { projectSettings } from '../../../lib/contracts/projects.ts';
import { prometheusContentType } from '../../../lib/contracts/routes/telemetry-views.ts';
import type { TelemetryWindow } from '../../../lib/contracts/telemetry.ts';
import { KeyService } from '../../../lib/platform/keys/service.ts';
import { ProjectService } from '../../../lib/projects/service.ts';
import { exposition } from '../../../lib/telemetry/prometheus/exposition.ts';
import { PrometheusExport } from '../../../lib/telemetry/prometheus/service.ts';
import { TelemetryService } from '../../../lib/telemetry/service.ts';
import { functionParts } from '../../support/function-parts.ts';
import { gatewayTo } from '../../support/gateway-doors.ts';
import type { TestParts } from '../../support/history-table.ts';
import {
  endpointWindow,
  noon,
  outgoingWindow,
  poolWindow,
  queryWindow,
  resourceWindow,
  sketchOf,
  telemetryBatch,
  telemetryWindow,
} from '../../support/telemetry-batches.ts';
import { telemetryDoor } from '../../support/telemetry-door.ts';
import { useTestDynamoDb } from '../../support/use-dynamodb.ts';

const dynamoDb = useTestDynamoDb();
let parts: TestParts;
let projects: ProjectService;
let telemetry: TelemetryService;
let prometheus: PrometheusExport;
let sequence = 0;

beforeEach(async () => {
  parts = await dynamoDb.createParts({ now: noon });
  projects = new ProjectService(parts);
  telemetry = new TelemetryService(parts, projects);
  prometheus = new PrometheusExport(telemetry, projects, parts.clock);
  await projects.put('shop', projectSettings.parse({ baseUrl: 'http://127.0.0.1:1' }));
});

const report = (...windows: TelemetryWindow[]) =>
  telemetry.ingest('shop', telemetryBatch({ sequence: sequence++, windows }));

/** What a stranger's parser makes of it, by name. */
const scraped = async () => familiesIn(await prometheus.text('shop'));
const familiesIn = (text: string) => Object.fromEntries(parse(text).map((family) => [family.name, family]));
/** The parser takes all series of a histogram for one. Without their type it reads each line by itself. */
const linesOf = (text: string) => familiesIn(text.replace(/^# TYPE .* histogram$/gm, ''));

describe('what Prometheus scrapes', () => {
  it('has every figure, as a parser reads it', async () => {
    await report(
      telemetryWindow({
        endpoints: [
          endpointWindow('GET /products/:id', {
            timesMs: [4, 40, 400],
            statuses: { 200: 2 },
            failed: 1,
            responseBytes: 77,
          }),
        ],
        queries: [queryWindow('SELECT "name"\nFROM x', { timesMs: [3] })],
        outgoing: [outgoingWindow('https://a.example', { timesMs: [20, 20], failed: 1 })],
        pools: [poolWindow({ timeouts: 3, waitTime: sketchOf([7]) })],
        resources: resourceWindow({ rssMb: 100 }),
        metrics: [
          { kind: 'counter', name: 'orders', labels: { shop: 'a\\b"c"' }, value: 12 },
          { kind: 'gauge', name: 'carts.open', labels: {}, last: 4, min: 1, max: 9, sum: 15, count: 3 },
          { kind: 'histogram', name: 'basket', labels: {}, resolution: 0.001, values: sketchOf([0.2, 7]) },
        ],
      }),
    );
    const families = await scraped();
    const labels = { method: 'GET', route: '/products/:id' };
    const lines = linesOf(await prometheus.text('shop'));
    const buckets = lines.http_server_request_duration_seconds_bucket?.metrics.map((metric) => {
      expect(metric.labels).toMatchObject(labels);
      return [metric.labels?.le, metric.value];
    });
    expect(Object.fromEntries(buckets ?? [])).toEqual({
      ...{
        0.005: '1',
        0.01: '1',
        0.025: '1',
        0.05: '2',
        0.1: '2',
        0.25: '2',
        0.5: '3',
        1: '3',
        2.5: '3',
        5: '3',
        10: '3',
      },
      '+Inf': '3',
    });
    expect(lines.http_server_request_duration_seconds_count?.metrics).toEqual([{ value: '3', labels }]);
    expect(lines.http_server_request_duration_seconds_sum?.metrics).toEqual([{ value: '0.444', labels }]);
    expect(families.http_server_request_duration_seconds?.type).toBe('HISTOGRAM');
    expect(families.http_server_requests_total?.metrics).toEqual([
      { value: '2', labels: { ...labels, status: '200' } },
      { value: '1', labels: { ...labels, status: '' } },
    ]);
    expect(families.http_server_failed_requests_total?.metrics).toEqual([{ value: '1', labels }]);
    expect(lines.db_client_operation_duration_seconds_count?.metrics).toEqual([
      { labels: { system: 'sqlite', query: 'SELECT "name"\nFROM x', endpoint: '' }, value: '1' },
    ]);
    expect(families.http_client_failed_requests_total?.metrics).toMatchObject([{ value: '1' }]);
    expect(families.db_client_connection_timeouts_total?.metrics).toMatchObject([{ value: '3' }]);
    expect(families.process_resident_memory_bytes?.metrics).toEqual([
      { value: '104857600', labels: { instance: 'shop-1' } },
    ]);
    expect(families.orders).toMatchObject({ type: 'COUNTER', metrics: [{ value: '12', labels: { shop: 'a\\b"c"' } }] });
    expect(families.carts_open).toMatchObject({ type: 'GAUGE', metrics: [{ value: '4' }] });
    expect(families.basket).toMatchObject({
      type: 'HISTOGRAM',
      metrics: [{ count: '2', buckets: { 0.25: '1', 10: '2' } }],
    });
  });

  it('only rises until the day ends, and then begins anew', async () => {
    const orders = async (): Promise<string | undefined> => {
      const [metric] = (await scraped()).orders?.metrics ?? [];
      return metric !== undefined && 'value' in metric ? metric.value : undefined;
    };
    const counted = (start: number) =>
      telemetryWindow({ start, metrics: [{ kind: 'counter', name: 'orders', labels: {}, value: 5 }] });
    await report(counted(noon - 3 * 3_600_000));
    await report(counted(noon - 20_000));
    expect(await orders()).toBe('10');
    await report(counted(noon - 10_000));
    expect(await orders()).toBe('15');
    parts.time.now = noon + 12 * 3_600_000 + 20_000;
    await report(counted(parts.time.now - 10_000));
    expect(await orders()).toBe('5');
  });

  it('names every series once, whatever a service calls its own', async () => {
    const long = `SELECT ${'a_long_list_of_columns, '.repeat(20)}`;
    const counter = (name: string, labels = {}) => ({ kind: 'counter', name, labels, value: 1 }) as const;
    await report(
      telemetryWindow({
        queries: [queryWindow(`${long} FROM a`), queryWindow(`${long} FROM b`)],
        metrics: [
          ...[counter('headroom_instances'), counter('a.b'), counter('a_b'), counter('x_count')],
          { kind: 'histogram', name: 'x', labels: {}, resolution: 1, values: sketchOf([1]) },
          { kind: 'gauge', name: 'carts', labels: {}, last: 4, min: 1, max: 9, sum: 15, count: 3 },
          { kind: 'gauge', name: 'carts', labels: {}, unit: 'EUR', last: 4, min: 1, max: 9, sum: 15, count: 3 },
        ],
      }),
    );
    const lines = (await prometheus.text('shop')).split('\n');
    const series = lines
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => line.replace(/ \S+$/, ''));
    expect(new Set(series).size).toBe(series.length);
    const types = lines.filter((line) => line.startsWith('# TYPE'));
    expect(new Set(types.map((line) => line.split(' ')[2])).size).toBe(types.length);
    expect(series.filter((name) => name.startsWith('db_client_operation_duration_seconds_count'))).toHaveLength(2);
  });

  it('comes with its content type over HTTP, and is nothing but text', async () => {
    const keys = new KeyService(parts);
    const { token } = await keys.create({ name: 'prometheus', scope: 'read' }, 'a test');
    const gateway = await gatewayTo({
      'telemetry-api': telemetryDoor(functionParts('telemetry-api', parts), projects),
    });
    try {
      const answer = await fetch(`${gateway.url}/v1/projects/shop/prometheus`, {
        headers: { authorization: `Bearer ${token}` },
      });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toBe(prometheusContentType);
      expect(await answer.text()).toMatch(/^# HELP headroom_instances/);
    } finally {
      await gateway.stop(0);
    }
  });

  it('says any label as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const text = exposition([
          { name: 'a', kind: 'gauge', help: 'b', samples: [{ labels: { c: value }, value: 1 }] },
        ]);
        expect(text.split('\n')).toHaveLength(4);
        expect(parse(text)).toMatchObject([{ metrics: [{ labels: { c: value.toWellFormed() }, value: '1' }] }]);
      }),
      { numRuns: 50 },
    );
  });
});
