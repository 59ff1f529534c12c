import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { Redis as Client } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  decodeEntry,
  ENTRY_VERSION,
  encodeEntry,
  HEAD_FORMAT,
  IDENTITY_OFFSET,
  identityOf,
  LIFE_CHECK_LUA,
  LIFE_FORMAT,
  LIFE_OFFSET,
  TAG_FORMAT,
} from '../../../lib/cache/library/entry-codec.ts';
import { findRedis, type Redis } from '../../../lib/local/emulators/redis.ts';
import { anyEntry } from '../../support/cache-entry.ts';

const readScript = `
  local bytes = redis.call('GET', KEYS[1])
  local version, fresh, expires, born, check, crc, flags, tags, at = struct.unpack('${HEAD_FORMAT}', bytes)
  local read = { version, tostring(check == ${LIFE_CHECK_LUA}), string.format('%.0f %.0f %.0f', fresh, expires, born) }
  for _ = 1, tags do
    read[#read + 1], at = struct.unpack('${TAG_FORMAT}', bytes, at)
  end
  return read`;

const extendScript = `
  local fresh, expires, born = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
  local life = struct.pack('${LIFE_FORMAT}', fresh, expires, born, ${LIFE_CHECK_LUA})
  redis.call('SETRANGE', KEYS[1], ${LIFE_OFFSET}, life)`;

describe("An entry's header, as Redis' Lua sees it", () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'headroom-header-'));
  let redis: Redis | undefined;
  let client: Client;

  beforeAll(async () => {
    redis = await findRedis({ dataDir });
    client = new Client(redis?.url ?? '');
  });
  afterAll(async () => {
    client.disconnect();
    await redis?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('tells version, times, sequence and tags without the rest being read', async () => {
    await fc.assert(
      fc.asyncProperty(anyEntry, async (entry) => {
        await client.set('entry', encodeEntry(entry));
        const { freshUntil, expiresAt, born, tags } = entry;
        expect(await client.eval(readScript, 1, 'entry')).toEqual([
          ENTRY_VERSION,
          'true',
          `${freshUntil} ${expiresAt} ${born}`,
          ...tags,
        ]);
      }),
    );
  });

  it('takes other times and another birth in place, and is still sound', async () => {
    await fc.assert(
      fc.asyncProperty(anyEntry, fc.nat(1_000_000), fc.maxSafeNat(), async (entry, moreMs, born) => {
        const [freshUntil, expiresAt] = [entry.freshUntil + moreMs, entry.expiresAt + moreMs];
        await client.set('entry', encodeEntry(entry));
        await client.eval(extendScript, 1, 'entry', freshUntil, expiresAt, born);
        const extended = decodeEntry((await client.getBuffer('entry')) ?? Buffer.alloc(0));
        const revalidateUntil = entry.revalidateUntil + moreMs;
        expect({ ...extended, payload: Uint8Array.from(extended.payload) }).toEqual({
          ...entry,
          born,
          freshUntil,
          revalidateUntil,
          expiresAt,
        });
      }),
    );
  });

  it('has its identity where a script finds it, whatever it lives on for and whether it is a copy', async () => {
    await fc.assert(
      fc.asyncProperty(anyEntry, async (entry) => {
        const { payload: _, ...head } = { ...entry, copy: !entry.copy, born: 0 };
        const identity = identityOf(head);
        await client.set('entry', encodeEntry(entry));
        const end = IDENTITY_OFFSET + identity.length - 1;
        expect(await client.getrangeBuffer('entry', IDENTITY_OFFSET, end)).toEqual(identity);
      }),
    );
  });
});
