import { randomBytes } from 'node:crypto';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Codec,
  checkCompression,
  codecs,
  compress,
  DecompressionError,
  decompress,
} from '../../../lib/cache/library/compression.ts';
import { compressBlock, decompressBlock, Lz4FormatError } from '../../../lib/cache/library/lz4-block.ts';

const text = Buffer.from('{"name":"a product","price":12,"tags":["one","two"]},'.repeat(2_000));
const compressing = codecs.filter((codec) => codec !== 'none');

/** Bytes with and without repetition, near and far. */
const bytes = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.record({ byte: fc.nat(255), times: fc.integer({ min: 1, max: 400 }) }).map(({ byte, times }) => {
        return new Uint8Array(times).fill(byte);
      }),
      fc.constantFrom(text.subarray(0, 60), text.subarray(10, 300), Buffer.alloc(70_000, 'abc')),
    ),
    { maxLength: 8 },
  )
  .map((parts) => Buffer.concat(parts));

describe('compress', () => {
  it.each(codecs)('gives back with %s what it took', async (codec) => {
    await fc.assert(
      fc.asyncProperty(bytes, async (raw) => {
        const compressed = await compress(raw, { codec, aboveBytes: 0 });
        expect(compressed.rawBytes).toBe(raw.length);
        expect(Buffer.compare(await decompress(compressed, raw.length), raw)).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it.each(compressing)('keeps with %s what got smaller by a tenth, and nothing else', async (codec) => {
    const policy = { codec, aboveBytes: 1_024 };
    for (const raw of [text, text.subarray(0, 1_500)]) {
      const compressed = await compress(raw, policy);
      expect(compressed.codec).toBe(codec);
      expect(compressed.payload.length).toBeLessThanOrEqual(raw.length * 0.9);
    }
    for (const raw of [text.subarray(0, 1_024), randomBytes(2_000), randomBytes(100_000)]) {
      expect(await compress(raw, policy)).toEqual({ codec: 'none', payload: raw, rawBytes: raw.length });
    }
  });

  it('does not keep what got smaller by less than a tenth', async () => {
    const raw = Buffer.concat([randomBytes(10_000), Buffer.alloc(500)]);
    expect((await compress(raw, { codec: 'gzip', aboveBytes: 0 })).codec).toBe('none');
  });

  it.each([
    [{ codec: 'brotli' as Codec, aboveBytes: 0 }, 'No codec is called brotli'],
    [{ codec: 'gzip' as const, aboveBytes: -1 }, 'whole number'],
    [{ codec: 'gzip' as const, aboveBytes: Number.NaN }, 'whole number'],
  ])('is not configured with %o', (policy, why) => {
    expect(() => checkCompression(policy)).toThrow(why);
  });
});

describe('decompress', () => {
  it.each(compressing)('never makes more than it was told, with %s', async (codec) => {
    const size = 50_000_000;
    const zeros = Buffer.alloc(size);
    const payload = { gzip: gzipSync, zstd: zstdCompressSync, lz4: compressBlock }[codec](zeros);
    for (const rawBytes of [0, 1_000, 200_000, size - 1]) {
      await expect(decompress({ codec, payload, rawBytes }, size)).rejects.toThrow(DecompressionError);
    }
    // zlib must stop by itself, not be measured when it has filled the memory.
    const stopped = await decompress({ codec, payload, rawBytes: 200_000 }, size).catch((error: Error) => error.cause);
    expect(stopped).toMatchObject(codec === 'lz4' ? { name: 'Lz4FormatError' } : { code: 'ERR_BUFFER_TOO_LARGE' });
    await expect(decompress({ codec, payload, rawBytes: size }, size - 1)).rejects.toThrow('more than the 49999999');
  });

  it.each(compressing)('says clearly what is no %s', async (codec) => {
    const { payload } = await compress(text, { codec, aboveBytes: 0 });
    await fc.assert(
      fc.asyncProperty(fc.nat(payload.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const broken = Uint8Array.from(payload);
        broken[at] = (broken[at] ?? 0) ^ change;
        const outcome = await decompress({ codec, payload: broken, rawBytes: text.length }, text.length).then(
          (raw) => raw.length,
          (error: unknown) => error instanceof DecompressionError,
        );
        // A changed literal or match is for the entry's checksum to find.
        expect([true, text.length]).toContain(outcome);
      }),
      { numRuns: 200 },
    );
    for (const rawBytes of [text.length - 1, text.length + 1]) {
      await expect(decompress({ codec, payload, rawBytes }, 2 * text.length)).rejects.toThrow(DecompressionError);
    }
  });
});

describe('An LZ4 block', () => {
  // Made by LZ4_compress_default of liblz4 1.9.4.
  it.each([
    [
      'the cache, the cache, the cache, and the cache again: every cache!',
      'bf7468652063616368652c200b000336616e641a00f00520616761696e3a20657665727920636163686521',
    ],
    ['a'.repeat(300), '1f610100ff14506161616161'],
  ])('of the reference implementation is read: %s', (raw, block) => {
    expect(Buffer.from(decompressBlock(Buffer.from(block, 'hex'), raw.length)).toString()).toBe(raw);
  });

  it('keeps the rules that other decoders rely on: the last 5 bytes are literals, and no match begins in the last 12', () => {
    fc.assert(
      fc.property(bytes, (raw) => {
        const block = compressBlock(raw);
        let at = 0;
        let written = 0;
        const length = (first: number): number => {
          let total = first;
          for (let more = first === 15; more; ) {
            const byte = block[at++] ?? 0;
            total += byte;
            more = byte === 255;
          }
          return total;
        };
        for (;;) {
          const token = block[at++] ?? 0;
          const literals = length(token >> 4);
          at += literals;
          written += literals;
          if (at === block.length) {
            expect(literals).toBeGreaterThanOrEqual(Math.min(5, raw.length));
            break;
          }
          expect(written).toBeLessThanOrEqual(raw.length - 12);
          at += 2;
          written += length(token & 15) + 4;
        }
        expect(written).toBe(raw.length);
      }),
    );
  });

  it('that is anything else is an error: never a hang, and never a byte more than was asked for', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(2_000), (block, rawBytes) => {
        try {
          expect(decompressBlock(block, rawBytes).length).toBe(rawBytes);
        } catch (error) {
          expect(error).toBeInstanceOf(Lz4FormatError);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['', 0, 'does not end with literals'],
    ['f0', 10, 'in the middle of a length'],
    ['f0ff', 400, 'in the middle of a length'],
    ['50616263', 5, 'in the middle of its literals'],
    ['3061626364', 2, 'holds more'],
    ['106101', 50, 'in the middle of an offset'],
    ['10610000', 50, 'before its beginning'],
    ['10610200', 50, 'before its beginning'],
    ['1f610100ff00', 50, 'holds more'],
    ['10610100', 5, 'does not end with literals'],
    ['1061', 2, 'holds 1 bytes, not 2'],
    ['00', 1_000_000_000, 'cannot hold'],
  ])('%s for %i bytes: %s', (block, rawBytes, why) => {
    expect(() => decompressBlock(Buffer.from(block, 'hex'), rawBytes)).toThrow(why);
  });
});
