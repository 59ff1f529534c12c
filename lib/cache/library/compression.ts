import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import { CacheInputError } from './input-error.ts';
import { compressBlock, decompressBlock } from './lz4-block.ts';

/** In the order of their numbers in an entry's header: add at the end only. */
export const codecs = ['none', 'gzip', 'zstd', 'lz4'] as const;
export type Codec = (typeof codecs)[number];

export interface CompressionPolicy {
  codec: Codec;
  /** Values of up to so many bytes are kept as they are. */
  aboveBytes: number;
}

export interface Compressed {
  codec: Codec;
  payload: Uint8Array;
  /** Bytes before compression. */
  rawBytes: number;
}

export class DecompressionError extends Error {
  override name = 'DecompressionError';
}

/** Up to this many bytes zlib is done sooner on the spot than a thread of the pool is woken. */
const ON_THE_SPOT_BYTES = 32 * 1_024;
/** Compressed values are kept when they are smaller by at least a tenth: reading them back costs time. */
const WORTH_KEEPING = 0.9;

type Bounds = { maxOutputLength: number };
type OneWay = (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>;
type WayBack = (payload: Uint8Array, rawBytes: number) => Uint8Array | Promise<Uint8Array>;

const gzipLater = promisify<Uint8Array, Buffer>(zlib.gzip);
const gunzipLater = promisify<Uint8Array, Bounds, Buffer>(zlib.gunzip);

/** Node has Zstandard from 22.15 on. */
const hasZstd = typeof zlib.zstdCompressSync === 'function';
const zstdLater = hasZstd ? promisify<Uint8Array, Buffer>(zlib.zstdCompress) : undefined;
const unzstdLater = hasZstd ? promisify<Uint8Array, Bounds, Buffer>(zlib.zstdDecompress) : undefined;

const noZstd = (): never => {
  throw new CacheInputError(
    'invalid-policy',
    `The codec zstd needs Node 22.15 or later, this is ${process.version}: choose gzip, lz4 or none.`,
  );
};

const small = (bytes: number): boolean => bytes <= ON_THE_SPOT_BYTES;

const compressors: Record<Codec, OneWay> = {
  none: (raw) => raw,
  gzip: (raw) => (small(raw.length) ? zlib.gzipSync(raw) : gzipLater(raw)),
  zstd: (raw) => (zstdLater === undefined ? noZstd() : small(raw.length) ? zlib.zstdCompressSync(raw) : zstdLater(raw)),
  lz4: compressBlock,
};

// zlib takes no bound of 0.
const atMost = (rawBytes: number): Bounds => ({ maxOutputLength: Math.max(1, rawBytes) });

const decompressors: Record<Codec, WayBack> = {
  none: (payload) => payload,
  gzip: (payload, rawBytes) =>
    small(rawBytes) ? zlib.gunzipSync(payload, atMost(rawBytes)) : gunzipLater(payload, atMost(rawBytes)),
  zstd: (payload, rawBytes) => {
    if (unzstdLater === undefined) return noZstd();
    return small(rawBytes)
      ? zlib.zstdDecompressSync(payload, atMost(rawBytes))
      : unzstdLater(payload, atMost(rawBytes));
  },
  lz4: decompressBlock,
};

/** For when a cache is configured, so that nobody learns of it at the first large value. @throws CacheInputError `invalid-policy` */
export function checkCompression({ codec, aboveBytes }: CompressionPolicy): void {
  if (!codecs.includes(codec)) {
    throw new CacheInputError('invalid-policy', `No codec is called ${codec}: it is one of ${codecs.join(', ')}.`);
  }
  if (!Number.isSafeInteger(aboveBytes) || aboveBytes < 0) {
    throw new CacheInputError('invalid-policy', `\`aboveBytes\` is a whole number from 0 on, not ${aboveBytes}.`);
  }
  if (codec === 'zstd' && !hasZstd) noZstd();
}

/** Compresses where it pays: what comes back has the codec `none` when the value is small or hardly gets smaller. */
export async function compress(raw: Uint8Array, { codec, aboveBytes }: CompressionPolicy): Promise<Compressed> {
  const asItIs: Compressed = { codec: 'none', payload: raw, rawBytes: raw.length };
  if (codec === 'none' || raw.length <= aboveBytes) return asItIs;
  const payload = await compressors[codec](raw);
  return payload.length <= raw.length * WORTH_KEEPING ? { codec, payload, rawBytes: raw.length } : asItIs;
}

/**
 * Never makes more than `rawBytes` bytes, and none when that is more than `maxBytes`.
 * @throws DecompressionError when the payload is not exactly `rawBytes` bytes, compressed, or more than `maxBytes`
 */
export async function decompress({ codec, payload, rawBytes }: Compressed, maxBytes: number): Promise<Uint8Array> {
  if (rawBytes > maxBytes) {
    throw new DecompressionError(`The value has ${rawBytes} bytes uncompressed, more than the ${maxBytes} allowed.`);
  }
  let raw: Uint8Array;
  try {
    raw = await decompressors[codec](payload, rawBytes);
  } catch (cause) {
    if (cause instanceof CacheInputError) throw cause;
    throw new DecompressionError(`The value does not decompress with ${codec} to ${rawBytes} bytes.`, { cause });
  }
  if (raw.length === rawBytes) return raw;
  throw new DecompressionError(`The value has ${raw.length} bytes uncompressed, not ${rawBytes}.`);
}
