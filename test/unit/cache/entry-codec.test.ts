import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32, tableCrc32 } from '../../../lib/cache/library/checksum.ts';
import type { Entry } from '../../../lib/cache/library/entry.ts';
import { freshnessOf, strongEtag } from '../../../lib/cache/library/entry.ts';
import {
  decodeEntry,
  decodeHead,
  EntryFormatError,
  encodeEntry,
  joinEntry,
  withTimes,
} from '../../../lib/cache/library/entry-codec.ts';
import { anyEntry } from '../../support/cache-entry.ts';

const plain = (entry: Entry): Entry => ({ ...entry, payload: Uint8Array.from(entry.payload) });

const entry: Entry = {
  payload: Buffer.from('payload'),
  codec: 'none',
  rawBytes: 7,
  tags: ['a', 'b'],
  born: 5,
  createdAt: 1_700_000_000_000,
  freshUntil: 1_700_000_060_000,
  revalidateUntil: 1_700_000_070_000,
  expiresAt: 1_700_000_080_000,
  loaderMs: 12.5,
  negative: false,
};

describe('An entry as bytes', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(anyEntry, (any) => {
        expect(plain(decodeEntry(encodeEntry(any)))).toEqual(plain(any));
      }),
    );
  });

  it('is refused with a clear error when any byte is changed', () => {
    fc.assert(
      fc.property(anyEntry, fc.nat(), fc.integer({ min: 1, max: 255 }), (any, where, change) => {
        const bytes = encodeEntry(any);
        const at = where % bytes.length;
        bytes[at] = (bytes[at] ?? 0) ^ change;
        expect(() => decodeEntry(bytes)).toThrow(EntryFormatError);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is refused with a clear error when it is cut or something follows', () => {
    fc.assert(
      fc.property(anyEntry, fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 9 }), (any, cut, more) => {
        const bytes = encodeEntry(any);
        expect(() => decodeEntry(bytes.subarray(0, cut % bytes.length))).toThrow(EntryFormatError);
        expect(() => decodeEntry(Buffer.concat([bytes, more]))).toThrow(EntryFormatError);
      }),
    );
  });

  it('is refused with a clear error when it is something else altogether', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, asVersion1) => {
        if (asVersion1) bytes[0] = 1;
        expect(() => decodeEntry(bytes)).toThrow(EntryFormatError);
      }),
    );
    const later = encodeEntry(entry);
    later[0] = 2;
    expect(() => decodeEntry(later)).toThrow('its version is 2, not 1');
  });

  it('takes little more than its content', () => {
    expect(encodeEntry({ ...entry, tags: [] }).length - 7).toBeLessThanOrEqual(48);
  });

  it('can be kept in two parts, whose head is read alone', () => {
    fc.assert(
      fc.property(anyEntry, (any) => {
        const bytes = encodeEntry(any);
        const decoded = decodeHead(bytes);
        const { payload, ...head } = any;
        expect(decodeHead(bytes.subarray(0, decoded.bytes))).toEqual(decoded);
        expect(decoded.head).toEqual(head);
        expect(plain(joinEntry(decoded, payload))).toEqual(plain(any));
        expect(() => joinEntry(decoded, Buffer.concat([payload, Buffer.of(1)]))).toThrow(EntryFormatError);
      }),
    );
  });

  it('lives on with other times and the windows it had', () => {
    const later = decodeEntry(withTimes(encodeEntry(entry), entry.freshUntil + 5_000, entry.expiresAt + 5_000));
    expect(later.freshUntil).toBe(entry.freshUntil + 5_000);
    expect(later.revalidateUntil).toBe(entry.revalidateUntil + 5_000);
    expect(later.expiresAt).toBe(entry.expiresAt + 5_000);
    expect(later.createdAt).toBe(entry.createdAt);
  });

  it.each([
    { born: -1 },
    { born: 0.5 },
    { freshUntil: Number.NaN },
    { expiresAt: 2 ** 48 },
    { expiresAt: 5 },
    { loaderMs: -1 },
    { rawBytes: 2 ** 53 },
  ])('is not made of %o', (wrong) => {
    expect(() => encodeEntry({ ...entry, ...wrong })).toThrow(RangeError);
  });
});

describe('crc32', () => {
  it('is the same from the table as from zlib', () => {
    expect(tableCrc32(Buffer.from('123456789'))).toBe(0xcbf43926);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(crc32(bytes)).toBe(tableCrc32(bytes));
      }),
    );
  });
});

describe('An entry', () => {
  it('is fresh, then revalidated, then served on errors, then expired', () => {
    const times = { freshUntil: 10, revalidateUntil: 20, expiresAt: 30 };
    expect([9, 10, 19, 20, 29, 30].map((now) => freshnessOf(times, now))).toEqual([
      'fresh',
      'revalidate',
      'revalidate',
      'if-error',
      'if-error',
      'expired',
    ]);
  });

  it('has another ETag when its bytes or its type differ', () => {
    const tag = strongEtag(Buffer.from('x'), 'text/plain');
    expect(tag).toMatch(/^[\w-]{22}$/);
    expect(strongEtag(Buffer.from('x'), 'text/plain')).toBe(tag);
    expect(strongEtag(Buffer.from('y'), 'text/plain')).not.toBe(tag);
    expect(strongEtag(Buffer.from('x'), 'text/html')).not.toBe(tag);
  });
});
