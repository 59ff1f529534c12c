import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { redis } from '../../../lib/cache/library/tiers.ts';
import { problem } from '../../../lib/contracts/problem.ts';
import { startTestDynamoDb, type TestDynamoDb } from '../../support/history-table.ts';
import { useRedisServer } from '../../support/redis-server.ts';
import { type CacheDoor, startCacheDoor } from './cache-door.ts';

const server = useRedisServer();
let dynamoDb: TestDynamoDb;
let door: CacheDoor;

beforeAll(async () => {
  dynamoDb = await startTestDynamoDb();
  door = await startCacheDoor(dynamoDb, [redis({ client: server.client })]);
});
afterAll(async () => {
  await door?.stop();
  await dynamoDb.stop();
});

const put = (path: string, body: BodyInit | undefined, headers: Record<string, string> = {}) =>
  door.ask('PUT', path, { ...(body === undefined ? {} : { body }), headers });
const get = (path: string, headers: Record<string, string> = {}) => door.ask('GET', path, { headers });
const codeOf = async (answer: Response) => problem.parse(await answer.json()).code;

describe('a value', () => {
  it('comes back with the bytes and the content type that it was stored with', async () => {
    const image = randomBytes(70_000);
    const stored = await put('shop/entries/logo', image, { 'content-type': 'image/png' });
    expect(stored.status).toBe(201);
    const { etag } = (await stored.json()) as { etag: string };
    expect(stored.headers.get('etag')).toBe(`"${etag}"`);
    const answer = await get('shop/entries/logo');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('image/png');
    expect(answer.headers.get('etag')).toBe(`"${etag}"`);
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(image);
  });

  it.each([
    ['text/plain; charset=utf-8', 'grüße, 🙂'],
    ['application/json', '{"id":12345678901234567890,  "a":1}'],
    ['application/vnd.api+json', '{"data":[]}'],
    ['application/x-www-form-urlencoded', 'a=1&b=%20'],
    ['multipart/form-data; boundary=x', '--x--'],
  ])('may be of the type %s', async (contentType, text) => {
    await put('shop/entries/typed', text, { 'content-type': contentType });
    const answer = await get('shop/entries/typed');
    expect(answer.headers.get('content-type')).toBe(contentType);
    expect(await answer.text()).toBe(text);
  });

  it('may have no bytes, and no type', async () => {
    expect((await put('shop/entries/nothing', undefined)).status).toBe(201);
    const answer = await get('shop/entries/nothing');
    expect(answer.headers.get('content-type')).toBe('application/octet-stream');
    expect((await answer.arrayBuffer()).byteLength).toBe(0);
  });

  it('is not compressed on its way, for its ETag names its bytes', async () => {
    await put('shop/entries/long', 'x'.repeat(10_000), { 'content-type': 'text/plain' });
    const answer = await get('shop/entries/long', { 'accept-encoding': 'gzip' });
    expect(answer.headers.get('content-encoding')).toBeNull();
    expect(await answer.text()).toHaveLength(10_000);
  });

  it('says how old it is, how long it is fresh, where it was found, and its tags', async () => {
    await put('shop/entries/told?ttlSeconds=60', 'x', {
      'headroom-tags': 'a, b%2Cc ,%C3%A9%20e, a',
    });
    const { headers } = await get('shop/entries/told');
    expect(Number(headers.get('age'))).toBeLessThan(5);
    expect(headers.get('cache-control')).toBe('private, max-age=60');
    expect(headers.get('cache-status')).toMatch(/^Headroom; hit; ttl=5\d; detail=MEMORY$/);
    expect(headers.get('headroom-tags')).toBe('a,b%2Cc,%C3%A9%20e');
    expect(headers.get('headroom-epoch')).toMatch(/^\d+$/);
  });

  it('is replaced with 200, and deleted once', async () => {
    await put('shop/entries/twice', '1');
    expect((await put('shop/entries/twice', '2')).status).toBe(200);
    expect(await (await get('shop/entries/twice')).text()).toBe('2');
    expect(await (await door.ask('DELETE', 'shop/entries/twice')).json()).toEqual({ deleted: true });
    expect(await (await door.ask('DELETE', 'shop/entries/twice')).json()).toEqual({ deleted: false });
    expect((await get('shop/entries/twice')).status).toBe(404);
  });

  it('is not there when it is not: 404 with a code of its own', async () => {
    const answer = await get('shop/entries/never');
    expect(answer.status).toBe(404);
    expect(answer.headers.get('cache-status')).toBe('Headroom; fwd=miss');
    expect(answer.headers.get('headroom-epoch')).toMatch(/^\d+$/);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(await codeOf(answer)).toBe('cache-miss');
  });

  it('has a head without a body', async () => {
    await put('shop/entries/head', 'body', { 'content-type': 'text/plain' });
    const answer = await door.ask('HEAD', 'shop/entries/head');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('etag')).toBe((await get('shop/entries/head')).headers.get('etag'));
    expect(answer.headers.get('content-type')).toBe('text/plain');
    // Of what GET would answer, or none: RFC 9110, 8.6.
    expect(answer.headers.get('content-length')).toBeNull();
    expect((await door.ask('HEAD', 'shop/entries/never')).status).toBe(404);
  });

  it('belongs to its namespace alone', async () => {
    await put('shop/entries/mine', 'x');
    expect((await get('shop.pages/entries/mine')).status).toBe(404);
    expect((await get('shops/entries/mine')).status).toBe(404);
  });

  it('expires', async () => {
    await put('shop/entries/brief?ttlSeconds=0.001', 'x');
    while ((await get('shop/entries/brief')).status !== 404);
  });
});

describe('conditions', () => {
  it('answer 304 when the caller has it already, by weak comparison', async () => {
    const etag = (await put('shop/entries/known', 'x')).headers.get('etag') ?? '';
    for (const condition of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      for (const method of ['GET', 'HEAD']) {
        const answer = await door.ask(method, 'shop/entries/known', { headers: { 'if-none-match': condition } });
        expect([answer.status, answer.headers.get('etag')], condition).toEqual([304, etag]);
        expect(answer.headers.get('cache-status')).toContain('hit');
      }
    }
    expect((await get('shop/entries/known', { 'if-none-match': '"other"' })).status).toBe(200);
  });

  it('keep a writer from replacing what it has not seen', async () => {
    expect((await put('shop/entries/if', '1', { 'if-match': '*' })).status).toBe(412);
    const first = await put('shop/entries/if', '1', { 'if-none-match': '*' });
    expect(first.status).toBe(201);
    const again = await put('shop/entries/if', '2', { 'if-none-match': '*' });
    expect([again.status, await codeOf(again)]).toEqual([412, 'precondition-failed']);
    const etag = first.headers.get('etag') ?? '';
    expect((await put('shop/entries/if', '2', { 'if-match': `W/${etag}` })).status).toBe(412);
    expect((await put('shop/entries/if', '2', { 'if-match': `"x", ${etag}` })).status).toBe(200);
    expect((await put('shop/entries/if', '3', { 'if-match': etag })).status).toBe(412);
    expect(await (await get('shop/entries/if')).text()).toBe('2');
  });
});

describe('what is wrong with a request', () => {
  const long = 'k'.repeat(1_025);
  const base64 = (text: string | Uint8Array) => Buffer.from(text).toString('base64url');

  it.each([
    ['a key over 1,024 bytes', 'PUT', `shop/entries/${long}`, {}, 'path.key'],
    ['a key over 1,024 bytes in UTF-8', 'GET', `shop/entries/~${base64('é'.repeat(513))}`, {}, 'path.key'],
    ['a key that is no base64url', 'GET', 'shop/entries/~a.b', {}, 'path.key'],
    ['a key whose base64url is no UTF-8', 'GET', `shop/entries/~${base64(Buffer.from([0xff]))}`, {}, 'path.key'],
    ['a key by another of its names', 'GET', 'shop/entries/~YR', {}, 'path.key'],
    ['a key of nothing', 'GET', 'shop/entries/~', {}, 'path.key'],
    ['a TTL of 0', 'PUT', 'shop/entries/a?ttlSeconds=0', {}, 'query.ttlSeconds'],
    ['a TTL beyond ten years', 'PUT', 'shop/entries/a?ttlSeconds=315360001', {}, 'query.ttlSeconds'],
    ['a TTL by another name', 'PUT', 'shop/entries/a?ttl=60', {}, 'query'],
    ['a query that a call has no use for', 'DELETE', 'shop/entries/a?soft=true', {}, 'query'],
    ['a TTL that is no number', 'PUT', 'shop/entries/a?ttlSeconds=1e3', {}, 'query.ttlSeconds'],
    ['an unknown tier', 'PUT', 'shop/entries/a?tier=disk', {}, 'query.tier'],
    ['a refresh that is neither', 'GET', 'shop/entries/a?refreshTtl=yes', {}, 'query.refreshTtl'],
    [
      '33 tags',
      'PUT',
      'shop/entries/a',
      { 'headroom-tags': Array.from({ length: 33 }, (_, n) => `t${n}`).join() },
      'headers.headroom-tags',
    ],
    ['a tag over 256 bytes', 'PUT', 'shop/entries/a', { 'headroom-tags': 't'.repeat(257) }, 'headers.headroom-tags.0'],
    ['a tag with half an escape', 'PUT', 'shop/entries/a', { 'headroom-tags': 'a%zz' }, 'headers.headroom-tags'],
    ['an epoch that is none', 'GET', 'shop/entries/a', { 'headroom-epoch': '-1' }, 'headers.headroom-epoch'],
    ['an ETag without quotes', 'PUT', 'shop/entries/a', { 'if-match': 'abc' }, 'headers.if-match'],
    [
      'If-None-Match with an ETag on PUT',
      'PUT',
      'shop/entries/a',
      { 'if-none-match': '"abc"' },
      'headers.if-none-match',
    ],
    [
      'a content type too long',
      'PUT',
      'shop/entries/a',
      { 'content-type': `text/${'x'.repeat(1_000)}` },
      'headers.content-type',
    ],
    ['a namespace in capitals', 'GET', 'Shop/entries/a', {}, 'path.namespace'],
    ['a namespace of three parts', 'GET', 'a.b.c/entries/a', {}, 'path.namespace'],
    ['a namespace too long', 'GET', `${'n'.repeat(41)}/entries/a`, {}, 'path.namespace'],
  ])('%s', async (_, method, path, headers, where) => {
    const answer = await door.ask(method, path, { headers, ...(method === 'PUT' ? { body: 'x' } : {}) });
    expect(answer.status).toBe(400);
    const { code, errors = [], detail } = problem.parse(await answer.json());
    expect(code).toBe('invalid-request');
    expect(errors.map(({ path }) => path)).toEqual([where]);
    expect(detail).toMatch(/\w{3}/);
  });

  it('a value above the limit of the namespace', async () => {
    await door.client.call('putCachePolicy', { params: { namespace: 'small' }, body: { maxValueBytes: 10 } });
    const answer = await put('small/entries/a', 'x'.repeat(11));
    expect([answer.status, await codeOf(answer)]).toEqual([413, 'payload-too-large']);
    expect((await put('small/entries/a', 'x'.repeat(10))).status).toBe(201);
  });

  it('a value that does not pass HTTP', async () => {
    const fits = randomBytes(4_400_000);
    expect((await put('shop/entries/large', fits)).status).toBe(201);
    expect(Buffer.from(await (await get('shop/entries/large')).arrayBuffer()).equals(fits)).toBe(true);
    const answer = await put('shop/entries/large', randomBytes(4_500_001));
    expect(answer.status).toBe(413);
    const { code, detail } = problem.parse(await answer.json());
    expect(code).toBe('payload-too-large');
    expect(detail).toContain('4500001 bytes');
  });

  it('a body in an encoding, or text in another one than UTF-8', async () => {
    const encoded = await put('shop/entries/a', 'x', { 'content-encoding': 'br' });
    expect([encoded.status, await codeOf(encoded)]).toEqual([415, 'unsupported-media-type']);
    const latin = await put('shop/entries/a', 'x', { 'content-type': 'text/plain; charset=iso-8859-1' });
    expect(latin.status).toBe(415);
  });

  it('an operation that there is not, and a method that is another', async () => {
    expect((await get('shop/nothing')).status).toBe(404);
    const other = await door.ask('POST', 'shop/entries/a/b');
    expect([other.status, other.headers.get('allow')]).toEqual([405, 'PUT, GET, HEAD, DELETE']);
  });
});

describe('access', () => {
  it('is for namespaces of the projects that a key is bound to', async () => {
    const token = await door.tokenWith('admin', ['shop']);
    for (const path of ['shop/stats', 'shop.pages/stats']) {
      expect((await door.ask('GET', path, { token })).status).toBe(200);
    }
    for (const path of ['shops/stats', 'other.shop/stats', 'sho/stats', 'SHOP/stats']) {
      expect((await door.ask('GET', path, { token })).status, path).toBe(403);
    }
  });

  it('takes write for what stores, also where reading is enough for the rest', async () => {
    const token = await door.tokenWith('read');
    const batch = (body: object) =>
      door.ask('POST', 'shop/batch', {
        token,
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      });
    expect((await batch({ get: ['a'] })).status).toBe(200);
    expect((await batch({ set: [{ key: 'a', value: 1 }] })).status).toBe(403);
    expect((await door.ask('PUT', 'shop/entries/a', { token, body: 'x' })).status).toBe(403);
  });
});
