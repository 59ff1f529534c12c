import http from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createCache } from '../../../lib/cache/library/create-cache.ts';
import { bytesSerializer, type Serialized } from '../../../lib/cache/library/serializer.ts';
import { redis } from '../../../lib/cache/library/tiers.ts';
import { warmFrom } from '../../../lib/cache/warm.ts';
import { problem } from '../../../lib/contracts/problem.ts';
import { startTestDynamoDb, type TestDynamoDb } from '../../support/history-table.ts';
import { listening } from '../../support/listening.ts';
import { useRedisServer } from '../../support/redis-server.ts';
import { type CacheDoor, startCacheDoor } from './cache-door.ts';

const server = useRedisServer();
let dynamoDb: TestDynamoDb;
let door: CacheDoor;
const opened: { stop(): Promise<void> }[] = [];

beforeAll(async () => {
  dynamoDb = await startTestDynamoDb();
  door = await startCacheDoor(dynamoDb, [redis({ client: server.client })]);
});
afterEach(async () => {
  for (const one of opened.splice(0)) await one.stop();
});
afterAll(async () => {
  await door?.stop();
  await dynamoDb.stop();
});

/** Gives the base address. */
async function site(answer: http.RequestListener): Promise<string> {
  const served = await listening(http.createServer(answer));
  opened.push({ stop: () => served.close() });
  return `http://127.0.0.1:${served.port}`;
}
const warm = (body: unknown, at = door) =>
  at.ask('POST', 'warm/warm', { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });

describe('warming', () => {
  it('stores entries, and brings the most read keys into memory', async () => {
    const stored = await warm({
      entries: [
        { key: 'a', value: 1 },
        { key: 'b', value: 2 },
      ],
    });
    expect(await stored.json()).toEqual({ requested: 2, stored: 2, failed: [] });
    expect(await (await door.ask('GET', 'warm/entries/b')).text()).toBe('2');
    expect(await (await warm({ fromTopKeys: 10 })).json()).toMatchObject({ stored: 1, failed: [] });
  });

  it('fetches addresses, follows no redirect, and stores nothing but a 200', async () => {
    const base = await site((request, response) => {
      if (request.url === '/moved') response.writeHead(302, { location: '/page' }).end();
      else response.writeHead(200, { 'content-type': 'text/html' }).end(`<p>${request.url}</p>`);
    });
    const answer = await warm({
      urls: [`${base}/page?a=1`, { url: `${base}/other`, key: 'other', tags: ['t'] }, `${base}/moved`],
    });
    expect(await answer.json()).toEqual({
      requested: 3,
      stored: 2,
      failed: [{ key: `${base}/moved`, reason: 'It answered 302, and only 200 is stored.' }],
    });
    const page = await door.client.exchange('getCacheEntry', {
      params: { namespace: 'warm', key: `${base}/page?a=1` },
    });
    expect(Buffer.from(page.bytes).toString()).toBe('<p>/page?a=1</p>');
    expect((await door.ask('GET', 'warm/entries/other')).headers.get('headroom-tags')).toBe('t');
  });

  it('finishes what is under way when the time is over, and names the rest as failed', async () => {
    const held: http.ServerResponse[] = [];
    const isLate = new AbortController();
    const base = await site((_, response) => {
      if (held.push(response) < 8) return;
      isLate.abort();
      for (const each of held.splice(0)) each.end('in time');
    });
    const cache = createCache<Serialized>({ namespace: 'warm', serializer: bytesSerializer });
    const urls = Array.from({ length: 10 }, (_, at) => `${base}/${at}`);
    const reason = 'No time was left to fetch it: ask for it again.';
    expect(await warmFrom(cache, urls, true, isLate.signal)).toEqual({
      requested: 10,
      stored: 8,
      failed: urls.slice(8).map((key) => ({ key, reason })),
    });
    expect(await cache.get(`${base}/7`)).toBeDefined();
    await cache.close();
  });

  it('fetches nothing from where no target is allowed', async () => {
    const answer = await warm({ urls: ['http://169.254.169.254/latest/meta-data'] });
    expect(await answer.json()).toMatchObject({
      stored: 0,
      failed: [{ reason: expect.stringContaining('never a target') }],
    });
  });

  it('fetches nothing beside Redis, where there is no way out, and says what to do', async () => {
    const isolated = await startCacheDoor(dynamoDb, [], { redis: { url: server.url, mode: 'single' } });
    opened.push(isolated);
    const answer = await warm({ urls: ['https://example.com/'] }, isolated);
    expect(answer.status).toBe(422);
    const { code, detail } = problem.parse(await answer.json());
    expect([code, detail]).toEqual(['network-isolated', expect.stringContaining('`entries`')]);
  });
});
