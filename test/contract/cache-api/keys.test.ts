import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { redis } from '../../../lib/cache/library/tiers.ts';
import { decodeTags, encodeTags } from '../../../lib/contracts/cache-headers.ts';
import { decodePathKey, encodePathKey } from '../../../lib/contracts/path-key.ts';
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

/** What paths, URLs and base64 have a meaning for, and what only Unicode has. */
const piece = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '/',
      '//',
      '.',
      '..',
      '/../',
      '%',
      '%2F',
      '%25',
      '?',
      '#',
      '~',
      '+',
      ' ',
      '&',
      '=',
      '\\',
      ';',
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      'a',
      'product',
      '42',
      '-',
      '_',
      ':',
      '@',
      '*',
      '"',
      '\u0000',
      '\r\n',
      '\ufeff',
      '\u202e',
    ),
  },
  fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }),
);
const key = fc
  .oneof(
    fc.array(piece, { minLength: 1, maxLength: 12 }).map((pieces) => pieces.join('')),
    fc.integer({ min: 1, max: 1_024 }).map((length) => 'k/'.repeat(512).slice(0, length)),
    fc.integer({ min: 1, max: 341 }).map((length) => '€'.repeat(length)),
  )
  .filter((text) => text.isWellFormed() && Buffer.byteLength(text) <= 1_024);

const namespace = 'keys';

describe('every key of 1 to 1,024 bytes', () => {
  it('has one name in a path, which no client or gateway changes', () => {
    fc.assert(
      fc.property(key, (text) => {
        const name = encodePathKey(text);
        expect(decodePathKey(name)).toBe(text);
        const { pathname } = new URL(`http://host/entries/${name}`);
        expect(pathname).toBe(`/entries/${name}`);
        expect(decodeURIComponent(pathname)).toBe(pathname);
      }),
      { numRuns: 2_000 },
    );
  });

  it('goes through client, gateway and door, and comes back as it was', async () => {
    await fc.assert(
      fc.asyncProperty(key, async (text) => {
        const bytes = Buffer.from(text);
        await door.client.call('putCacheEntry', { params: { namespace, key: text }, body: { bytes } });
        const { entries } = await door.client.call('batchCache', { params: { namespace }, body: { get: [text] } });
        expect(entries.map((entry) => [entry.key, entry.valueBase64])).toEqual([[text, bytes.toString('base64')]]);
        const alone = await door.client.exchange('getCacheEntry', { params: { namespace, key: text } });
        expect(Buffer.from(alone.bytes).toString()).toBe(text);
        expect(await door.client.call('deleteCacheEntry', { params: { namespace, key: text } })).toEqual({
          deleted: true,
        });
      }),
      { numRuns: 150 },
    );
  }, 60_000);

  it('may be written in a path by hand, where it is plain enough', async () => {
    await door.client.call('putCacheEntry', {
      params: { namespace, key: 'users/é 1' },
      body: { bytes: Buffer.from('x') },
    });
    expect((await door.ask('GET', 'keys/entries/users/%C3%A9%201')).status).toBe(200);
    expect((await door.ask('GET', 'keys/entries/users%2F%C3%A9%201')).status).toBe(200);
  });

  it('and no other is refused by the client before it is sent', async () => {
    for (const wrong of ['k'.repeat(1_025), '€'.repeat(342), 'half \ud83d']) {
      const call = door.client.call('getCacheEntry', { params: { namespace, key: wrong } });
      await expect(call).rejects.toMatchObject({ code: 'invalid-request', errors: [{ path: 'path.key' }] });
    }
  });
});

describe('tags', () => {
  it('go through a header, whatever is in them', () => {
    const tag = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((text) => text.isWellFormed());
    fc.assert(
      fc.property(fc.uniqueArray(tag, { maxLength: 10 }), (tags) => {
        const header = encodeTags(tags);
        expect(header).toMatch(/^[\x21-\x7e]*$/);
        expect(decodeTags(header)).toEqual(tags);
      }),
    );
  });
});
