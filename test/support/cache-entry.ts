import fc from 'fast-check';
import { codecs } from '../../lib/cache/library/compression.ts';
import type { Entry } from '../../lib/cache/library/entry.ts';

/** Well-formed text of any script, no longer than so many bytes. */
export const text = (maxBytes: number): fc.Arbitrary<string> =>
  fc.string({ unit: 'binary', minLength: 1, maxLength: Math.floor(maxBytes / 4) });

const time = fc.integer({ min: 0, max: 4_000_000_000_000 });
const millis = fc.integer({ min: 0, max: 1_000_000_000 });

/** As ETags mostly are: 128 bits as base64url. */
const digest = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString('base64url'));

/** Any entry that can be: of every codec, with and without each of what may be left out. */
export const anyEntry: fc.Arbitrary<Entry> = fc
  .record(
    {
      payload: fc.uint8Array({ maxLength: 200 }),
      codec: fc.constantFrom(...codecs),
      rawBytes: fc.maxSafeNat(),
      contentType: fc.oneof(fc.constant('application/json'), text(100)),
      tags: fc.uniqueArray(text(256), { maxLength: 32 }),
      born: fc.maxSafeNat(),
      createdAt: time,
      freshUntil: time,
      windows: fc.tuple(millis, millis),
      loaderUs: fc.integer({ min: 0, max: 2 ** 40 }),
      negative: fc.boolean(),
      etag: fc.oneof(digest, text(40)),
      copy: fc.constant(true),
      ttlMs: fc.oneof(
        fc.integer({ min: 1, max: 315_360_000_000 }),
        fc.integer({ min: 1, max: 315_360_000 }).map((seconds) => seconds * 1_000),
      ),
    },
    {
      requiredKeys: [
        'payload',
        'codec',
        'rawBytes',
        'tags',
        'born',
        'createdAt',
        'freshUntil',
        'windows',
        'loaderUs',
        'negative',
      ],
    },
  )
  .map(({ windows: [revalidateMs, errorMs], loaderUs, ...rest }) => ({
    ...rest,
    revalidateUntil: rest.freshUntil + revalidateMs,
    expiresAt: rest.freshUntil + revalidateMs + errorMs,
    loaderMs: loaderUs / 1_000,
  }));
