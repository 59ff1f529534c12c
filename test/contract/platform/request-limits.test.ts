import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { analysisApi } from '../../../lib/analysis/api.ts';
import { problem } from '../../../lib/contracts/problem.ts';
import { projectSettings } from '../../../lib/contracts/projects.ts';
import type { ResourceWindow } from '../../../lib/contracts/telemetry.ts';
import type { Gateway } from '../../../lib/local/gateway/gateway.ts';
import { accessHandlers } from '../../../lib/platform/access/handlers.ts';
import { auditHandlers } from '../../../lib/platform/audit/handlers.ts';
import { AuditRecords } from '../../../lib/platform/audit/records.ts';
import { httpDoor } from '../../../lib/platform/http/door.ts';
import { keyHandlers } from '../../../lib/platform/keys/handlers.ts';
import { KeyService } from '../../../lib/platform/keys/service.ts';
import { projectHandlers } from '../../../lib/projects/handlers.ts';
import { ProjectService } from '../../../lib/projects/service.ts';
import { outputOf } from '../../support/captured-output.ts';
import { functionParts } from '../../support/function-parts.ts';
import { gatewayTo } from '../../support/gateway-doors.ts';
import { startTestDynamoDb, type TestDynamoDb } from '../../support/history-table.ts';
import {
  endpointWindow,
  noon,
  requestRecord,
  resourceWindow,
  telemetryBatch,
  telemetryWindow,
} from '../../support/telemetry-batches.ts';
import { telemetryDoor } from '../../support/telemetry-door.ts';

let dynamoDb: TestDynamoDb;
let gateway: Gateway;
let token: string;

beforeAll(async () => {
  dynamoDb = await startTestDynamoDb();
  const parts = await dynamoDb.createParts({ now: noon });
  const keys = new KeyService(parts);
  const projects = new ProjectService(parts);
  const partsOf = (name: Parameters<typeof functionParts>[0]) => functionParts(name, parts);
  gateway = await gatewayTo({
    'projects-api': httpDoor('projects-api', partsOf('projects-api'), projectHandlers(projects)),
    'telemetry-api': telemetryDoor(partsOf('telemetry-api'), projects),
    'analysis-api': httpDoor(
      'analysis-api',
      partsOf('analysis-api'),
      analysisApi(partsOf('analysis-api'), async () => []),
    ),
    'platform-api': httpDoor('platform-api', partsOf('platform-api'), {
      ...keyHandlers(keys),
      ...accessHandlers(undefined),
      ...auditHandlers(new AuditRecords(parts)),
      getHealth: async () => ({ status: 200, body: { status: 'ok' } }),
      getOpenApi: async () => ({ status: 200, body: { openapi: '3.1.0' } }),
      getDocs: async () => ({ status: 200 }),
      getDocsAsset: async () => ({ status: 200 }),
      getStatus: async () => Promise.reject(new Error('Not here')),
    }),
  });
  await projects.put('shop', projectSettings.parse({ baseUrl: 'http://127.0.0.1:8080' }));
  ({ token } = await keys.create({ name: 'operator', scope: 'admin' }, 'a test'));
});
afterAll(async () => {
  await gateway?.stop(0);
  await dynamoDb?.stop();
});

interface Answer {
  status: number;
  text: string;
  /** Of a problem. */
  paths: string[];
  detail: string;
}

async function call(
  method: string,
  path: string,
  body?: Uint8Array<ArrayBuffer> | string | object,
  headers: Record<string, string> = {},
): Promise<Answer> {
  let answer = { status: 0, text: '' };
  await outputOf(async () => {
    const response = await fetch(gateway.url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body) }),
    });
    answer = { status: response.status, text: await response.text() };
  });
  const told = answer.status < 400 ? undefined : problem.parse(JSON.parse(answer.text));
  return { ...answer, paths: told?.errors?.map((error) => error.path) ?? [], detail: told?.detail ?? '' };
}

const settings = { baseUrl: 'http://127.0.0.1:8080' };
const gzip = { 'content-type': 'application/gzip' };

describe('a compressed body', () => {
  it.each([
    ['application/gzip', undefined, gzipSync],
    ['application/zstd', undefined, zstdCompressSync],
    ['application/json', 'gzip', gzipSync],
    ['application/json', 'X-GZIP', gzipSync],
    ['application/json; charset=utf-8', 'zstd', zstdCompressSync],
    ['application/json', 'deflate', deflateSync],
    ['application/gzip', 'zstd', (json: string) => zstdCompressSync(gzipSync(json))],
  ])('is taken as %s with the content encoding %s', async (contentType, encoding, pack) => {
    const headers = {
      'content-type': contentType,
      ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
    };
    const put = await call('PUT', '/v1/projects/shop', new Uint8Array(pack(JSON.stringify(settings))), headers);
    expect(put.status).toBe(200);
    const batch = JSON.stringify(telemetryBatch({ instance: `${encoding ?? 'packed'}-${contentType.slice(12, 16)}` }));
    const sent = await call('POST', '/v1/projects/shop/telemetry', new Uint8Array(pack(batch)), headers);
    expect(sent).toMatchObject({ status: 202, text: '{"accepted":1,"duplicate":false}' });
  });

  it('is refused when it is damaged or holds no JSON', async () => {
    expect((await call('PUT', '/v1/projects/shop', JSON.stringify(settings), gzip)).status).toBe(400);
    expect((await call('PUT', '/v1/projects/shop', new Uint8Array(gzipSync('no JSON')), gzip)).status).toBe(400);
    for (const encoding of ['gzip', 'zstd', 'deflate']) {
      const headers = { 'content-encoding': encoding };
      const answer = await call('PUT', '/v1/projects/shop', JSON.stringify(settings), headers);
      expect(answer).toMatchObject({ status: 400, detail: `The body is not valid ${encoding}.` });
    }
    const cut = gzipSync(JSON.stringify(settings)).subarray(0, -12);
    expect((await call('PUT', '/v1/projects/shop', new Uint8Array(cut), gzip)).status).toBe(400);
  });

  it('is refused when it unpacks into too much, which for telemetry is a megabyte', async () => {
    const bomb = new Uint8Array(gzipSync(Buffer.alloc(50_000_000, 0x20)));
    expect((await call('PUT', '/v1/projects/shop', bomb, gzip)).status).toBe(413);
    const large = Buffer.from(`${JSON.stringify(telemetryBatch())}${' '.repeat(1_000_000)}`);
    const zstd = { 'content-encoding': 'zstd' };
    const packed = new Uint8Array(zstdCompressSync(large));
    expect(await call('POST', '/v1/projects/shop/telemetry', packed, zstd)).toMatchObject({
      status: 413,
      detail: 'The body is larger than 1 MB, or unpacks to more.',
    });
    expect((await call('POST', '/v1/projects/shop/telemetry', new Uint8Array(large))).status).toBe(413);
  });
});

describe('what nothing could keep as it was said', () => {
  it.each([
    ['a number beyond 2^53', '{"description":12345678901234567890}', ['body.description']],
    ['an infinite number', '{"resources":{"x":[0,1e400]}}', ['body.resources.x.1']],
    ['half a character', '{"description":"a\\ud800"}', ['body.description']],
    ['half a character in a name', '{"\\udc00":1}', ['body.\ufffd']],
    ['a name that vanishes', '{"resources":{"__proto__":{"a":1}}}', ['body.resources.__proto__']],
    ['several of these', '{"a":9007199254740992,"b":["\\ud800"],"c":1}', ['body.a', 'body.b.0']],
    ['a bare number', '-1e200', ['body']],
  ])('is refused with its place: %s', async (_, body, paths) => {
    const answer = await call('PUT', '/v1/projects/shop', body);
    expect(answer.status).toBe(400);
    expect(answer.paths).toEqual(paths);
  });

  it('is refused when it is nested too deep to be looked at', async () => {
    for (const depth of [65, 50_000, 2_000_000]) {
      const answer = await call('PUT', '/v1/projects/shop', '['.repeat(depth) + ']'.repeat(depth));
      expect(answer).toMatchObject({ status: 400, detail: expect.stringContaining('more than 64 levels') });
    }
    const allowed = await call('PUT', '/v1/projects/shop', '['.repeat(64) + ']'.repeat(64));
    expect(allowed).toMatchObject({ status: 400, paths: ['body'] });
    expect(allowed.detail).not.toContain('levels');
  });

  it('is refused where it trips up the parser itself', async () => {
    const name = { length: { toString: [] } };
    expect(await call('POST', '/v1/keys', { name })).toMatchObject({ status: 400, paths: ['body'] });
  });

  it('is told within bounds, however much of it there is', async () => {
    const many = await call('PUT', '/v1/projects/shop', { list: Array.from({ length: 50_000 }, () => 1e200) });
    expect(many).toMatchObject({ status: 400, detail: expect.stringContaining('and 19 more') });
    expect(many.paths).toHaveLength(20);
    const long = await call('PUT', '/v1/projects/shop', { ['\u{1f600}'.repeat(100_000)]: 1e200 });
    expect(long.status).toBe(400);
    expect(long.text.length).toBeLessThan(2_000);
  });
});

describe('telemetry', () => {
  const send = (window: Parameters<typeof telemetryWindow>[0], sequence = 1) =>
    call('POST', '/v1/projects/shop/telemetry', telemetryBatch({ sequence, windows: [telemetryWindow(window)] }));

  it.each<keyof ResourceWindow>([
    'cpuPercent',
    'cpuCores',
    'heapUsedMb',
    'rssMb',
    'externalMb',
    'memoryLimitMb',
    'eventLoopUtilizationPercent',
    'eventLoopDelayP99Ms',
    'gcPauseMs',
  ])('is refused when %s is out of this world', async (name) => {
    for (const value of [1.5e12, 1e308, -1]) {
      const answer = await send({ resources: resourceWindow({ [name]: value }) });
      expect([answer.status, answer.paths], String(value)).toEqual([400, [`body.windows.0.resources.${name}`]]);
    }
  });

  it('is refused when a count is, because sums of such counts are no longer exact', async () => {
    const endpoint = endpointWindow('GET /', {
      requestBytes: 1e12 + 1,
      queries: 1,
      queryTimeUs: Number.MAX_SAFE_INTEGER,
    });
    const record = requestRecord({ responseTimeMs: 1e13, cpuMs: 1e13, responseBytes: 1e13 });
    const { status, paths } = await send({ endpoints: [endpoint], slowRequests: [record] });
    expect(status).toBe(400);
    expect(paths.toSorted()).toEqual([
      'body.windows.0.endpoints.0.queryTimeUs',
      'body.windows.0.endpoints.0.requestBytes',
      'body.windows.0.slowRequests.0.cpuMs',
      'body.windows.0.slowRequests.0.responseBytes',
      'body.windows.0.slowRequests.0.responseTimeMs',
    ]);
  });

  it('is shown in numbers, even at the edge of what is taken', async () => {
    const extreme: ResourceWindow = {
      cpuPercent: 1e12,
      cpuCores: 0.01,
      heapUsedMb: 1e12,
      rssMb: 1e12,
      externalMb: 1e12,
      memoryLimitMb: 0.01,
      eventLoopUtilizationPercent: 100,
      eventLoopDelayP99Ms: 1e12,
      gcPauseMs: 1e12,
    };
    const endpoint = endpointWindow('GET /', {
      requestBytes: 1e12,
      responseBytes: 1e12,
      queries: 1e12,
      queryTimeUs: 1e12,
    });
    const slowest = requestRecord({ responseTimeMs: 1e12, queryTimeMs: 1e12, cpuMs: 1e12, memoryMb: 1e12 });
    const window = { resources: extreme, endpoints: [endpoint], slowRequests: [slowest] };
    for (const sequence of [2, 3]) expect((await send(window, sequence)).status).toBe(202);
    const answers = [
      await call('GET', '/v1/projects/shop/metrics'),
      await call('POST', '/v1/projects/shop/analyses', {}),
      await call('GET', '/v1/projects/shop/summary'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    for (const { text } of answers) expect(text).not.toContain('null');
  });
});

describe('numbers in a query', () => {
  it.each([
    '1e2',
    '0x10',
    '',
    ' 5',
    '+5',
    '5.0',
    '-1',
    '0',
    '201',
    '9'.repeat(400),
  ])('are refused as %j', async (limit) => {
    const answer = await call('GET', `/v1/projects?limit=${encodeURIComponent(limit)}`);
    expect([answer.status, answer.paths]).toEqual([400, ['query.limit']]);
  });

  it.each(['1', '007', '200'])('are taken as %j', async (limit) => {
    expect((await call('GET', `/v1/projects?limit=${limit}`)).status).toBe(200);
  });

  it('are so in every query', async () => {
    expect((await call('GET', '/v1/projects/shop/metrics?minutes=0x5')).paths).toEqual(['query.minutes']);
    expect((await call('GET', '/v1/projects/shop/metrics?minutes=5')).status).toBe(200);
  });
});

describe('names that are shown to people', () => {
  it.each([
    ['NUL', 'a\0b'],
    ['a line break', 'a\nb'],
    ['an escape sequence', '\u001b[31mred'],
    ['a change of direction', 'txt.\u202egpj'],
    ['what cannot be seen', 'admin\u200b'],
    ['a line separator', 'a\u2028b'],
  ])('hold no %s', async (_, name) => {
    expect((await call('POST', '/v1/keys', { name })).paths).toEqual(['body.name']);
    const resources = { tables: [name], stack: name };
    expect((await call('PUT', '/v1/projects/shop', { ...settings, resources })).paths).toEqual([
      'body.resources.tables.0',
      'body.resources.stack',
    ]);
  });

  it('are in any script', async () => {
    for (const name of ['Kasse – büro №1', '本番', 'متجر', '🛒']) {
      expect((await call('POST', '/v1/keys', { name })).status).toBe(201);
    }
  });

  it('stand beside descriptions, which may have lines and joined characters', async () => {
    const description = 'Line one\r\n\tline two: می\u200cخواهم 👩\u200d💻';
    expect((await call('PUT', '/v1/projects/shop', { ...settings, description })).status).toBe(200);
    for (const wrong of ['a\0', '\u202ea', '\u001b[2J']) {
      const { paths } = await call('PUT', '/v1/projects/shop', { ...settings, description: wrong });
      expect(paths).toEqual(['body.description']);
    }
  });
});
