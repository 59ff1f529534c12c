import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { functions } from '../../../lib/contracts/functions.ts';
import { operations, route } from '../../../lib/contracts/routes.ts';
import { calledRoutes } from '../../../lib/dashboard/api/routes.evaluated.ts';
import { dashboardHandlers } from '../../../lib/platform/dashboard/handlers.ts';
import { readSite, type Site } from '../../../lib/platform/dashboard/site.ts';
import { httpDoor } from '../../../lib/platform/http/door.ts';
import { bundleSite } from '../../../lib/stack/bundle-site.ts';
import { functionParts } from '../../support/function-parts.ts';
import { eventOf } from '../../support/gateway-event.ts';
import { startTestDynamoDb, type TestDynamoDb } from '../../support/history-table.ts';
import { contextOf } from '../../support/invocation.ts';

const budgets = { firstLoadKb: 60, pageKb: 60 };

let dynamoDb: TestDynamoDb;
let outDir: string;
let inputs: string[];
let site: Site;
let connects: readonly string[] = [];
let get: (path: string, headers?: Record<string, string>) => Promise<Answer>;

interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

beforeAll(async () => {
  outDir = await mkdtemp(join(tmpdir(), 'headroom-site-'));
  dynamoDb = await startTestDynamoDb();
  inputs = await bundleSite(functions.dashboard.site, { root: resolve('.'), outDir });
  const directory = pathToFileURL(`${outDir}/`);
  site = await readSite(directory);
  const parts = functionParts('dashboard', await dynamoDb.createParts({ now: Date.now() }));
  const door = httpDoor('dashboard', parts, dashboardHandlers({ directory, connects: async () => connects }));
  get = async (path, headers = {}) => {
    const answer = await door(eventOf('GET', path, { headers }), contextOf('dashboard'));
    return {
      status: answer.statusCode ?? 0,
      headers: answer.headers as Record<string, string>,
      body: Buffer.from(answer.body ?? '', answer.isBase64Encoded ? 'base64' : 'utf8'),
    };
  };
});
afterAll(async () => {
  await Promise.all([dynamoDb.stop(), rm(outDir, { recursive: true })]);
});

const kb = (names: readonly string[]): number =>
  names.reduce((sum, name) => sum + gzipSync(site.files.get(name)?.bytes ?? '').length, 0) / 1024;

describe('the site', () => {
  it('carries no schemas', () => {
    expect(inputs.filter((path) => /node_modules\/zod\//.test(path))).toEqual([]);
  });

  it('begins with little, and fetches as little for any page', () => {
    const { script, style, preloads } = site.start;
    const first = [script, style, ...preloads];
    expect(kb(first)).toBeLessThan(budgets.firstLoadKb);
    const others = [...site.files.keys()].filter((name) => !first.includes(name));
    expect(others.length).toBeGreaterThan(5);
    for (const name of others) expect(kb([name]), name).toBeLessThan(budgets.pageKb);
  });

  it('knows how every operation is called', () => {
    for (const operation of operations) {
      const { method, path, scope } = route(operation);
      expect(calledRoutes[operation]).toMatchObject({ method, path, scope });
    }
    expect(calledRoutes.getCacheEntry.pathKey).toBe('key');
    expect(calledRoutes.startLoadTest.startsWork).toBe(true);
  });
});

describe('the door of the dashboard', () => {
  it.each([
    '/dashboard',
    '/dashboard/projects/shop',
    '/dashboard/projects/shop/load-tests/01?range=6h',
  ])('answers with the page, which asks for its own files only: %s', async (path) => {
    const { status, headers, body } = await get(path);
    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    const asked = [...body.toString().matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address = '']) => address);
    const files = asked.filter((address) => address.startsWith('/dashboard/assets/'));
    expect(asked.filter((address) => !files.includes(address) && !/^(data:|\/docs$)/.test(address))).toEqual([]);
    expect(files.length).toBeGreaterThanOrEqual(2);
    for (const file of files) expect((await get(file)).status).toBe(200);
    expect(body.toString()).not.toMatch(/<script>|<style|\son\w+=|\sstyle=/);
  });

  it('lets the page do nothing that it need not', async () => {
    const { headers } = await get('/dashboard');
    const policy = headers['content-security-policy']?.split('; ') ?? [];
    expect(policy.toSorted()).toEqual([
      "base-uri 'none'",
      "connect-src 'self'",
      "default-src 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "img-src 'self' data:",
      "script-src 'self'",
      "style-src 'self'",
    ]);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-cache',
    });
    connects = ['https://issuer.example.com'];
    const withIssuer = (await get('/dashboard')).headers['content-security-policy'];
    connects = [];
    expect(withIssuer).toContain("connect-src 'self' https://issuer.example.com;");
  });

  it('gives files to be kept for ever, compressed, and says when nothing is new', async () => {
    const { script } = site.start;
    const plain = await get(`/dashboard/assets/${script}`);
    expect(plain.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
    });
    const packed = await get(`/dashboard/assets/${script}`, { 'accept-encoding': 'gzip' });
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(packed.body)).toEqual(plain.body);
    for (const path of ['/dashboard', `/dashboard/assets/${script}`]) {
      const { headers } = await get(path);
      const again = await get(path, { 'if-none-match': `"other", ${headers.etag}` });
      expect([again.status, again.body.length]).toEqual([304, 0]);
      expect((await get(path, { 'if-none-match': '"other"' })).status).toBe(200);
    }
  });

  it.each([
    'main.js',
    'start.json',
    '../start.json',
    '..%2f..%2fpackage.json',
    '',
  ])('knows no file %j', async (name) => {
    expect((await get(`/dashboard/assets/${name}`)).status).toBe(404);
  });
});
