import http from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { projectSettings } from '../../../lib/contracts/projects.ts';
import { thresholdSettings } from '../../../lib/contracts/thresholds.ts';
import { isoTime } from '../../../lib/platform/clock.ts';
import { ProjectService } from '../../../lib/projects/service.ts';
import { startTestDynamoDb, type TestDynamoDb, type TestParts } from '../../support/history-table.ts';
import { type Listening, listening } from '../../support/listening.ts';

let dynamoDb: TestDynamoDb;
let parts: TestParts;
let projects: ProjectService;
/** What names resolve to; a name that is not here has no address. */
let addresses: Record<string, string[]>;
let records: Record<string, string[]>;

beforeAll(async () => {
  dynamoDb = await startTestDynamoDb();
});
afterAll(() => dynamoDb.stop());

beforeEach(async () => {
  parts = await dynamoDb.createParts();
  addresses = { 'shop.example': ['8.8.8.8'] };
  records = {};
  projects = serviceWith({ privateTargets: true });
});

const serviceWith = ({ privateTargets }: { privateTargets: boolean }) =>
  new ProjectService(
    { ...parts, configuration: { privateTargets } },
    {
      resolve: async (name) => addresses[name] ?? [],
      resolveTxt: async (name) => records[name] ?? [],
    },
  );

const put = (name: string, baseUrl: string, changes: object = {}, service = projects) =>
  service.put(name, projectSettings.parse({ baseUrl, ...changes }));

const everyone = () => true;

describe('projects', () => {
  it('are made, shown, replaced and deleted', async () => {
    const made = await put('shop', 'https://shop.example', { description: 'a shop' });
    expect(made).toMatchObject({
      created: true,
      project: { project: 'shop', environment: 'development', verification: { state: 'unverified' } },
    });
    expect(await projects.require('shop')).toEqual(made.project);
    parts.time.now += 1000;
    const replaced = await put('shop', 'https://shop.example', { environment: 'production' });
    expect(replaced.created).toBe(false);
    expect(replaced.project).not.toHaveProperty('description');
    expect(replaced.project.createdAt).toBe(made.project.createdAt);
    expect(replaced.project.updatedAt > made.project.updatedAt).toBe(true);
    expect(replaced.project.verification.token).toBe(made.project.verification.token);
    await projects.delete('shop');
    await expect(projects.require('shop')).rejects.toMatchObject({ code: 'not-found' });
    await expect(projects.delete('shop')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('are made once by two at the same time: the other is told to try again', async () => {
    const outcomes = await Promise.allSettled([1, 2, 3].map((n) => put('shop', `https://shop.example/${n}`)));
    const won = outcomes.filter(({ status }) => status === 'fulfilled');
    expect(won.length).toBeGreaterThanOrEqual(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'conflict' });
    }
    expect((await projects.list({ limit: 10 }, everyone)).items).toHaveLength(1);
  });

  it('are listed page by page, and only those that the caller may see', async () => {
    for (const name of ['a', 'b', 'c', 'd']) await put(name, 'https://shop.example');
    const first = await projects.list({ limit: 3 }, (name) => name !== 'b');
    expect(first.items.map(({ project }) => project)).toEqual(['a', 'c']);
    const second = await projects.list({ limit: 3, cursor: first.nextCursor }, everyone);
    expect(second.items.map(({ project }) => project)).toEqual(['d']);
    expect(second).not.toHaveProperty('nextCursor');
  });
});

describe('thresholds', () => {
  beforeEach(() => put('shop', 'https://shop.example'));
  const set = (settings: object) => projects.putThresholds('shop', thresholdSettings.parse(settings));

  it('are those of the default preset until somebody sets them', async () => {
    expect(await projects.thresholds('shop')).toMatchObject({
      preset: 'default',
      slowRequestMs: { value: 2000, forMinutes: 5 },
      cacheHitRatePercent: { value: 70 },
    });
    expect(await projects.thresholds('shop')).not.toHaveProperty('highMemoryMb');
  });

  it('come from the preset, what it does not name from the default, and what departs from it last', async () => {
    await set({ preset: 'production', cpuPercent: { value: 60, forMinutes: 2 }, slowQueryMs: { value: 20 } });
    expect(await projects.thresholds('shop')).toMatchObject({
      preset: 'production',
      slowRequestMs: { value: 500 },
      slowQueryMs: { value: 20, forMinutes: 5 },
      highMemoryMb: { value: 200 },
      cpuPercent: { value: 60, forMinutes: 2 },
      memoryPercent: { value: 90 },
    });
    await set({ preset: 'development' });
    expect(await projects.thresholds('shop')).toMatchObject({
      slowRequestMs: { value: 1000 },
      cpuPercent: { value: 80 },
    });
  });

  it('go with their project', async () => {
    await set({ preset: 'production' });
    await projects.delete('shop');
    await expect(projects.thresholds('shop')).rejects.toMatchObject({ code: 'not-found' });
    await expect(set({})).rejects.toMatchObject({ code: 'not-found' });
    await put('shop', 'https://shop.example');
    expect(await projects.thresholds('shop')).toMatchObject({ preset: 'default' });
  });
});

describe('where a load test may go', () => {
  it('not to a public target before its owner has proven it, and is told how', async () => {
    const { project } = await put('shop', 'https://shop.example');
    const { token } = project.verification;
    const refused = projects.requireTarget('shop');
    await expect(refused).rejects.toMatchObject({ code: 'target-not-verified' });
    await expect(refused).rejects.toThrow(token);
    await expect(refused).rejects.toThrow('https://shop.example/.well-known/headroom-verification');
    await expect(refused).rejects.toThrow('_headroom-verification.shop.example');
    await expect(refused).rejects.toThrow('POST /v1/projects/shop/verification');
  });

  it('to a public target whose owner set the TXT record, until the record is gone', async () => {
    // Nothing answers at this address of a name, so that only the record can prove it.
    addresses['shop.example'] = ['127.0.0.1'];
    const { project } = await put('shop', 'http://shop.example:9');
    records['_headroom-verification.shop.example'] = [project.verification.token];
    expect(await projects.verify('shop')).toMatchObject({ state: 'verified', detail: 'Found by dns-txt.' });
    addresses['shop.example'] = ['8.8.8.8'];
    expect(await projects.requireTarget('shop')).toMatchObject({ addresses: ['8.8.8.8'] });
    records = {};
    addresses['shop.example'] = ['127.0.0.1'];
    const gone = await projects.verify('shop');
    expect(gone).toMatchObject({ state: 'not-needed', checkedAt: expect.any(String) });
    addresses['shop.example'] = ['8.8.8.8'];
    await expect(projects.requireTarget('shop')).rejects.toMatchObject({ code: 'target-not-verified' });
  });

  it('keeps the proof while the origin stays, and needs a new one for another', async () => {
    addresses['shop.example'] = ['127.0.0.1'];
    const { project } = await put('shop', 'http://shop.example:9/v1');
    records['_headroom-verification.shop.example'] = [project.verification.token];
    await projects.verify('shop');
    expect((await put('shop', 'http://shop.example:9/v2')).project.verification.state).toBe('verified');
    const moved = await put('shop', 'https://shop.example:9/v2');
    expect(moved.project.verification).toMatchObject({ state: 'not-needed' });
    expect(moved.project.verification).not.toHaveProperty('verifiedAt');
    expect(moved.project.verification).not.toHaveProperty('detail');
  });

  it('to a private target where the deployment allows it, without proof', async () => {
    expect((await put('shop', 'http://127.0.0.1:8080/app')).project.verification.state).toBe('not-needed');
    expect(await projects.requireTarget('shop')).toEqual({
      protocol: 'http:',
      hostname: '127.0.0.1',
      port: 8080,
      basePath: '/app',
      addresses: ['127.0.0.1'],
    });
    const strict = serviceWith({ privateTargets: false });
    await expect(strict.requireTarget('shop')).rejects.toMatchObject({ code: 'target-not-allowed' });
    await expect(put('other', 'http://10.0.0.1', {}, strict)).rejects.toMatchObject({ code: 'target-not-allowed' });
  });

  it('nowhere with an address that is never a target, nor with public and private ones', async () => {
    for (const each of [['169.254.169.254'], ['8.8.8.8', '10.0.0.1'], ['8.8.8.8', 'fe80::1']]) {
      addresses['shop.example'] = each;
      await expect(put('shop', 'https://shop.example')).rejects.toMatchObject({ code: 'target-not-allowed' });
    }
  });

  it('not where the name leads now, if that is no longer allowed: it is looked up for each test', async () => {
    await put('shop', 'http://shop.example');
    addresses['shop.example'] = ['169.254.169.254'];
    await expect(projects.requireTarget('shop')).rejects.toMatchObject({ code: 'target-not-allowed' });
    await expect(projects.verify('shop')).rejects.toMatchObject({ code: 'target-not-allowed' });
  });

  it('nowhere without an address, though such a project may be registered', async () => {
    expect((await put('shop', 'https://later.example')).project.verification.state).toBe('unverified');
    await expect(projects.requireTarget('shop')).rejects.toMatchObject({ code: 'target-not-allowed' });
  });
});

describe('verification by a real server', () => {
  let server: Listening;
  let text: string;
  let status: number;

  beforeEach(async () => {
    text = '';
    status = 200;
    server = await listening(http.createServer((_, response) => response.writeHead(status).end(text)));
    return () => server.close();
  });

  it('finds the token that the owner put there', async () => {
    const { project } = await put('shop', `http://127.0.0.1:${server.port}`);
    expect((await projects.verify('shop')).verifiedAt).toBeUndefined();
    text = project.verification.token;
    const verified = await projects.verify('shop');
    expect(verified).toMatchObject({ state: 'verified', detail: 'Found by well-known.' });
    expect((await projects.require('shop')).verification).toEqual(verified);
  });

  it('keeps the proof while the target does not answer, and says so; loses it where something else stands', async () => {
    const { project } = await put('shop', `http://127.0.0.1:${server.port}`);
    text = project.verification.token;
    const { verifiedAt } = await projects.verify('shop');
    parts.time.now += 60_000;
    status = 503;
    const away = await projects.verify('shop');
    expect(away).toMatchObject({ state: 'verified', verifiedAt, checkedAt: isoTime(parts.time.now) });
    expect(away.detail).toMatch(/\(status 503\).* The proof by well-known of .* stands\.$/);
    await put('shop', `http://127.0.0.1:${server.port}/v2`);
    expect(await projects.verify('shop')).toMatchObject({ state: 'verified', verifiedAt });
    status = 200;
    text = 'somebody else';
    const lost = await projects.verify('shop');
    expect(lost).not.toHaveProperty('verifiedAt');
    expect(lost.detail).toContain('answered something else');
    status = 503;
    expect(await projects.verify('shop')).not.toHaveProperty('verifiedAt');
  });
});
