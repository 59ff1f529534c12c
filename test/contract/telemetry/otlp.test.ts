import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { projectSettings } from '../../../lib/contracts/projects.ts';
import { KeyService } from '../../../lib/platform/keys/service.ts';
import { HistoryTable, type WriteOptions } from '../../../lib/platform/table/history-table.ts';
import type { ItemType } from '../../../lib/platform/table/item.ts';
import type { Key } from '../../../lib/platform/table/keys.ts';
import { ProjectService } from '../../../lib/projects/service.ts';
import { DeploymentService } from '../../../lib/telemetry/deployments/service.ts';
import { eraseOtlpState } from '../../../lib/telemetry/otlp/erasure.ts';
import { TelemetryService } from '../../../lib/telemetry/service.ts';
import { outputOf } from '../../support/captured-output.ts';
import { functionParts } from '../../support/function-parts.ts';
import { eventOf } from '../../support/gateway-event.ts';
import type { TestParts } from '../../support/history-table.ts';
import { contextOf } from '../../support/invocation.ts';
import { fromProtobuf, protobufOf } from '../../support/otlp-proto.ts';
import {
  counterOf,
  durationsOf,
  type GivenSpan,
  gaugeOf,
  metricsOf,
  shop,
  tracesOf,
  type Values,
} from '../../support/otlp-requests.ts';
import { noon } from '../../support/telemetry-batches.ts';
import { telemetryDoor } from '../../support/telemetry-door.ts';
import { useTestDynamoDb } from '../../support/use-dynamodb.ts';

const dynamoDb = useTestDynamoDb();
let parts: TestParts;
let projects: ProjectService;
let telemetry: TelemetryService;
let keys: KeyService;
let token: string;
let door: ReturnType<typeof telemetryDoor>;

beforeEach(async () => {
  parts = await dynamoDb.createParts({ now: noon });
  projects = new ProjectService(parts);
  telemetry = new TelemetryService(parts, projects);
  keys = new KeyService(parts);
  ({ token } = await keys.create({ name: 'collector', scope: 'write' }, 'a test'));
  door = telemetryDoor(functionParts('telemetry-api', parts), projects);
  await register('shop');
});

const register = (project: string) => projects.put(project, projectSettings.parse({ baseUrl: 'http://127.0.0.1:1' }));

type Sent = { headers?: Record<string, string>; key?: string; through?: typeof door };
async function answerTo(path: string, body: unknown, { headers = {}, key = token, through = door }: Sent = {}) {
  const event = eventOf('POST', `/v1/otlp/v1/${path}`, { token: key, body, headers });
  const answer = await through(event, contextOf('telemetry-api'));
  const bytes = Buffer.from(answer.body ?? '', answer.isBase64Encoded ? 'base64' : 'utf8');
  const isJson = answer.headers?.['content-type'] === 'application/json';
  const said = isJson ? JSON.parse(bytes.toString()) : undefined;
  return { status: answer.statusCode, headers: answer.headers, bytes, said };
}

/** As `answerTo`, without what it logs. */
async function post(...request: Parameters<typeof answerTo>): ReturnType<typeof answerTo> {
  const answers: Awaited<ReturnType<typeof answerTo>>[] = [];
  await outputOf(async () => {
    answers.push(await answerTo(...request));
  });
  const [answer] = answers;
  if (answer === undefined) throw new Error('There was no answer');
  return answer;
}

const told = async (project = 'shop') => {
  const { endpoints, instances } = await telemetry.aggregate(project, { from: noon - 600_000, to: noon + 3_600_000 });
  return { requests: endpoints.reduce((sum, { responseTime }) => sum + responseTime.count, 0), instances, endpoints };
};

let ids = 0;
const span = (given: Partial<GivenSpan> = {}): GivenSpan => ({
  id: String(++ids).padStart(16, '0'),
  startMs: parts.time.now - 5_000,
  ms: 20,
  values: { 'http.request.method': 'GET', 'http.route': '/', 'http.response.status_code': 200 },
  ...given,
});
const spans = (count: number, resource: Values = shop) =>
  tracesOf(
    Array.from({ length: count }, () => span()),
    resource,
  );

/** The totals of an instance by now: so many requests since it began. */
const totals = (requests: number, more: object[] = []) =>
  metricsOf([
    durationsOf(
      Array.from({ length: requests }, (_, index) => 0.001 * (1 + (index % 50))),
      {
        startMs: noon - 60_000,
        timeMs: parts.time.now,
        values: { 'http.request.method': 'GET', 'http.route': '/', 'http.response.status_code': 200 },
      },
    ),
    ...more,
  ]);

/** A process that ends, from `fail` on, before any windows are kept. */
function failingDoor() {
  let isFailing = false;
  class FailingTable extends HistoryTable {
    override async create<Value>(type: ItemType<Value>, key: Key, value: Value, options?: WriteOptions) {
      if (isFailing && key.pk.startsWith('TELEMETRY#')) throw new Error('The process ended');
      return super.create(type, key, value, options);
    }
  }
  const table = new FailingTable(parts.client, parts.tableName, parts.outbox, parts.clock);
  const failing = telemetryDoor(functionParts('telemetry-api', { ...parts, table }), projects);
  const fail = () => {
    isFailing = true;
  };
  return { failing, fail };
}

describe('OTLP', () => {
  it('tell of the version of a service, the first of which is its deployment', async () => {
    for (const version of ['1.4.2', '1.4.2', 'a\u202eb']) {
      await post('traces', spans(1, { ...shop, 'service.version': version }));
    }
    expect(await new DeploymentService(parts, projects).list('shop')).toMatchObject([
      { version: '1.4.2', source: 'reported' },
    ]);
  });

  it('is taken in JSON and in protobuf, compressed or not, and answered in its own encoding', async () => {
    const json = await post('traces', spans(3));
    expect([json.status, json.said]).toEqual([200, {}]);
    const protobuf = await post('traces', protobufOf('traces', spans(4)), {
      headers: { 'content-type': 'application/x-protobuf' },
    });
    expect([protobuf.status, protobuf.bytes.length, protobuf.headers?.['content-type']]).toEqual([
      200,
      0,
      'application/x-protobuf',
    ]);
    const packed = gzipSync(
      protobufOf('metrics', metricsOf([counterOf('orders', 1, { startMs: noon - 9_000, timeMs: noon })])),
    );
    const headers = { 'content-type': 'application/x-protobuf', 'content-encoding': 'gzip' };
    expect((await post('metrics', packed, { headers })).status).toBe(200);
    expect(await told()).toMatchObject({ requests: 7, instances: ['shop-1'] });
  });

  it('says what of it is not kept, and that logs are not', async () => {
    const late = await post('traces', tracesOf([span(), span({ startMs: noon - 86_400_000 })]));
    expect(late.said).toEqual({
      partialSuccess: { rejectedSpans: '1', errorMessage: 'A span ended over 5 hours ago.' },
    });
    const logs = await post('logs', { resourceLogs: [{ scopeLogs: [{ logRecords: [{}, {}] }] }] });
    expect([logs.status, logs.said.partialSuccess.rejectedLogRecords]).toEqual([200, '2']);
  });

  it('is told of errors as a status, in its own encoding', async () => {
    const ofProtobuf = { 'content-type': 'application/x-protobuf' };
    const nobody = await post('traces', protobufOf('traces', spans(1)), { headers: ofProtobuf, key: 'hr_nobody' });
    expect([nobody.status, fromProtobuf('RpcStatus', nobody.bytes)]).toMatchObject([401, { code: 16 }]);
    const damaged = await post('metrics', Buffer.from([255]), { headers: ofProtobuf });
    expect([damaged.status, fromProtobuf('RpcStatus', damaged.bytes)]).toMatchObject([400, { code: 3 }]);
    const text = await post('metrics', '{', {});
    expect([text.status, text.said]).toEqual([400, { code: 3, message: 'The body is not valid JSON.' }]);
    expect(await post('traces', 'a=1', { headers: { 'content-type': 'text/plain' } })).toMatchObject({
      status: 415,
      said: { code: 3 },
    });
    const bomb = gzipSync(Buffer.alloc(9_000_000, 0x20));
    const packed = await post('traces', bomb, { headers: { 'content-encoding': 'gzip' } });
    expect([packed.status, packed.said.code]).toEqual([413, 3]);
    const { token: reader } = await keys.create({ name: 'reader', scope: 'read' }, 'a test');
    expect((await post('traces', spans(1), { key: reader })).said.code).toBe(7);
  });

  it('belongs to the project that is named, the one that the key has, or the one that is called like the service', async () => {
    await register('other');
    await register('shop-api');
    const bound = async (...of: string[]) =>
      (await keys.create({ name: 'bound', scope: 'write', projects: of }, 'a test')).token;
    const one = await bound('other');
    const header = { headers: { 'headroom-project': 'other' } };
    const service = (name: string, more: Values = {}): Values => ({ 'service.name': name, ...more });

    expect((await post('traces', spans(1, service('anything')), { key: one })).status).toBe(200);
    expect((await post('traces', spans(1, service('anything')), header)).status).toBe(200);
    expect((await post('traces', spans(1, service('anything', { 'headroom.project': 'other' })))).status).toBe(200);
    expect((await post('traces', spans(1, service('Shop API')))).status).toBe(200);
    expect([(await told('other')).requests, (await told('shop-api')).requests]).toEqual([3, 1]);

    expect(await post('traces', spans(1, service('nobody')))).toMatchObject({
      status: 404,
      said: { code: 5, message: expect.stringContaining('headroom-project') },
    });
    expect(await post('traces', spans(1, {}))).toMatchObject({ status: 400, said: { code: 3 } });
    expect(await post('traces', spans(1), { key: await bound('other', 'shop-api') })).toMatchObject({ status: 403 });
    expect(await post('traces', spans(1, { 'headroom.project': 'shop' }), { key: one })).toMatchObject({
      status: 403,
      said: { code: 7 },
    });
    const some = { resourceSpans: [...spans(2).resourceSpans, ...spans(3, service('nobody')).resourceSpans] };
    expect(await post('traces', some)).toMatchObject({ status: 200, said: { partialSuccess: { rejectedSpans: '3' } } });
    expect((await told('shop')).requests).toBe(2);
  });

  it('counts once, however often it is sent, also by two at the same moment', async () => {
    const traces = spans(20);
    const metrics = totals(30);
    const again = () => [answerTo('traces', traces), answerTo('metrics', metrics)];
    await outputOf(async () => {
      const answers = [...(await Promise.all([...again(), ...again()])), ...(await Promise.all(again()))];
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    });
    // Whichever of the two came first counts.
    expect([20, 30]).toContain((await told()).requests);
  });

  it('counts totals that run on by what they grow, over processes that know nothing of each other', async () => {
    const requests = [10, 10, 25, 40];
    for (const [index, total] of requests.entries()) {
      parts.time.now = noon + index * 10_000;
      const another = telemetryDoor(functionParts('telemetry-api', parts), projects);
      const first = totals(total, [gaugeOf('depth', index, { startMs: 0, timeMs: parts.time.now })]);
      expect((await post('metrics', first, { through: another })).status).toBe(200);
      expect((await post('metrics', first)).status).toBe(200);
    }
    const { endpoints, requests: counted } = await told();
    expect(counted).toBe(40);
    const sum = Array.from({ length: 40 }, (_, index) => 1000 * (1 + (index % 50))).reduce((a, b) => a + b, 0);
    expect(Math.abs((endpoints[0]?.responseTime.sum ?? 0) / sum - 1)).toBeLessThan(0.001);
  });

  it('refuses totals of the future without losing what they count until then', async () => {
    const orders = (value: number, timeMs: number) =>
      metricsOf([counterOf('orders', value, { startMs: noon - 60_000, timeMs })]);
    expect((await post('metrics', orders(3, noon - 5_000))).said).toEqual({});
    const ahead = await post('metrics', orders(5, noon + 3_600_000));
    expect(ahead.said.partialSuccess).toMatchObject({ rejectedDataPoints: '1' });
    expect((await post('metrics', orders(10, noon))).said).toEqual({});
    const { metrics } = await telemetry.aggregate('shop', { from: noon - 600_000, to: noon + 3_600_000 });
    expect(metrics).toMatchObject([{ name: 'orders', value: 10 }]);
  });

  it('is taken of several instances at the same time, and of each though another has to be sent again', async () => {
    let waiting = 0;
    let mostWaiting = 0;
    class WatchedTable extends HistoryTable {
      override async create<Value>(type: ItemType<Value>, key: Key, value: Value, options?: WriteOptions) {
        if (key.pk.endsWith('#i0')) throw new Error('The table is away');
        mostWaiting = Math.max(mostWaiting, ++waiting);
        return super.create(type, key, value, options).finally(() => waiting--);
      }
    }
    const table = new WatchedTable(parts.client, parts.tableName, parts.outbox, parts.clock);
    const through = telemetryDoor(functionParts('telemetry-api', { ...parts, table }), projects);
    const resources = Array.from(
      { length: 12 },
      (_, index) => spans(1, { ...shop, 'service.instance.id': `i${index}` }).resourceSpans[0],
    );
    expect((await post('traces', { resourceSpans: resources }, { through })).status).toBe(500);
    expect((await told()).requests).toBe(11);
    expect(mostWaiting).toBeGreaterThan(2);
    expect((await post('traces', { resourceSpans: resources })).status).toBe(200);
    expect((await told()).requests).toBe(12);
  });

  it('refuses what can never be kept, and counts what comes after', async () => {
    const requests = (count: number) =>
      metricsOf(
        ['a', 'b'].map((host) => {
          const times = { startMs: noon - 60_000, timeMs: parts.time.now };
          const values = { 'http.request.method': 'GET', 'http.route': '/', 'server.address': host };
          const { histogram, ...metric } = durationsOf([0.001], { ...times, values });
          const [point] = histogram.dataPoints;
          const bucketCounts = [String(count), ...(point?.bucketCounts.slice(1) ?? [])];
          return {
            ...metric,
            histogram: { ...histogram, dataPoints: [{ ...point, sum: 0, count: String(count), bucketCounts }] },
          };
        }),
      );
    const early = await post('metrics', requests(7e11));
    expect(early.status).toBe(200);
    expect(early.said.partialSuccess).toMatchObject({
      rejectedDataPoints: '1',
      errorMessage: expect.stringMatching(/responseTime/),
    });
    parts.time.now += 10_000;
    for (const through of [door, telemetryDoor(functionParts('telemetry-api', parts), projects)]) {
      expect((await post('metrics', requests(7e11 + 5), { through })).said).toEqual({});
    }
    expect((await told()).requests).toBe(10);
  });

  it('that was erased does not come back, and what it grows by afterwards is counted', async () => {
    const { failing, fail } = failingDoor();
    fail();
    expect((await post('metrics', totals(25), { through: failing })).status).toBe(500);
    parts.time.now += 1_000;
    await eraseOtlpState(parts, 'shop');
    await eraseOtlpState(parts, 'shop');
    expect(await told()).toMatchObject({ requests: 0 });
    parts.time.now += 9_000;
    // Its first export says from where to count, though it began a minute ago.
    expect((await post('metrics', totals(30))).status).toBe(200);
    expect(await told()).toMatchObject({ requests: 0 });
    parts.time.now += 10_000;
    expect((await post('metrics', totals(42))).status).toBe(200);
    expect(await told()).toMatchObject({ requests: 12 });
  });

  it('takes an export for the same also after others, though it would fall into another window by then', async () => {
    const at = async (ms: number) => {
      parts.time.now = Math.max(parts.time.now, noon + ms);
      const another = telemetryDoor(functionParts('telemetry-api', parts), projects);
      await post('metrics', metricsOf([gaugeOf('depth', ms, { startMs: 0, timeMs: noon + ms })]), { through: another });
    };
    for (const ms of [-10_000, 30_000, 60_000, 30_000]) await at(ms);
    const { metrics } = await telemetry.aggregate('shop', { from: noon - 600_000, to: noon + 3_600_000 });
    expect(metrics).toMatchObject([{ name: 'depth', count: 3 }]);
  });

  it('loses and doubles nothing where a process fails between two writes', async () => {
    const { failing, fail } = failingDoor();
    await post('metrics', totals(10), { through: failing });
    parts.time.now += 10_000;
    fail();
    // The totals were brought forward, what they grew by was not taken on.
    expect((await post('metrics', totals(25), { through: failing })).status).toBe(500);
    expect((await told()).requests).toBe(10);
    // It is by the next export, in another process.
    parts.time.now += 10_000;
    expect((await post('metrics', totals(40))).status).toBe(200);
    expect((await told()).requests).toBe(40);
  });

  it('counts a request once where traces and metrics tell of it, whichever come first', async () => {
    await post('traces', spans(10));
    // Since its beginning, as the spans: they were counted.
    expect((await post('metrics', totals(10))).status).toBe(200);
    expect((await told()).requests).toBe(10);
    parts.time.now += 10_000;
    await post('traces', spans(7));
    await post('metrics', totals(17));
    const { requests, endpoints } = await told();
    expect([requests, endpoints.length]).toEqual([17, 1]);
  });

  it('is answered whatever it is, and never by a fault of ours', async () => {
    const names = fc.constantFrom(
      'resourceMetrics',
      'scopeMetrics',
      'metrics',
      'histogram',
      'dataPoints',
      'resource',
      'attributes',
      'count',
      'bucketCounts',
      'name',
      '__proto__',
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5 },
        fc.string(),
        fc.integer(),
        fc.double(),
        fc.constant(null),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(names, tie('tree'), { maxKeys: 4 }),
      ),
    }));
    const number = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(0, -1, 1e300, 2 ** 53));
    const plausible = fc
      .record({
        count: number,
        sum: number,
        min: number,
        max: number,
        scale: fc.integer(),
        startTimeUnixNano: fc.constantFrom('0', `${noon - 5000}000000`),
        timeUnixNano: fc.constantFrom('0', `${noon}000000`, '99999999999999999999'),
        bucketCounts: fc.array(fc.nat(3), { maxLength: 4 }),
        explicitBounds: fc.array(number, { maxLength: 3 }),
      })
      .map((point) =>
        metricsOf([
          {
            name: 'http.server.request.duration',
            histogram: { aggregationTemporality: 2, dataPoints: [point, point] },
            exponentialHistogram: {
              aggregationTemporality: 1,
              dataPoints: [{ ...point, positive: { offset: point.scale, bucketCounts: point.bucketCounts } }],
            },
          },
        ]),
      );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('metrics', 'traces', 'logs'), fc.oneof(tree, plausible), async (path, body) => {
        const { status } = await post(path, JSON.stringify(body));
        expect([200, 400]).toContain(status);
      }),
      { numRuns: 60 },
    );
  });
});
