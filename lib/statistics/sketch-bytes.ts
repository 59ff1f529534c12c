import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** Of what follows the header. Deflating takes longer than all else, and makes nothing shorter of a few values. */
const DEFLATED = 1;
const PLAIN = 2;
const MAX_PLAIN_BYTES = 512;
/** Version, precision, and the checksum of what follows. */
const HEADER_BYTES = 6;
/** A varint of 2^53 takes 8 bytes. */
const VARINT_BYTES = 8;

export class SketchFormatError extends Error {
  override name = 'SketchFormatError';

  constructor(why: string, options?: ErrorOptions) {
    super(`This is not a sketch that can be read: ${why}.`, options);
  }
}

export type SketchFigures = { count: number; sum: number; min: number; max: number };

/**
 * FNV-1a, 32 bits (http://www.isthe.com/chongo/tech/comp/fnv): raw deflate carries no checksum of its own, and
 * `zlib.crc32` is missing in the first releases of Node 20. Every change of a single byte is noticed.
 */
function checksum(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/**
 * Layout: version (1 byte), sub-bucket bits (1), FNV-1a of the rest (4, big-endian), then varints, raw-deflated where they are
 * many: count, sum, min, max, and for every filled bucket the number of empty ones before it and its count.
 */
export function packSketch(subBucketBits: number, sketch: SketchFigures & { counts: Float64Array }): Uint8Array {
  let filled = 0;
  for (const count of sketch.counts) if (count > 0) filled++;
  const plain = new Uint8Array((4 + 2 * filled) * VARINT_BYTES);
  let at = 0;
  const write = (value: number): void => {
    let rest = value;
    while (rest >= 128) {
      plain[at++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    plain[at++] = rest;
  };
  for (const figure of [sketch.count, sketch.sum, sketch.min, sketch.max]) write(figure);
  let next = 0;
  for (let bucket = 0; bucket < sketch.counts.length; bucket++) {
    const count = sketch.counts[bucket] ?? 0;
    if (count === 0) continue;
    write(bucket - next);
    write(count);
    next = bucket + 1;
  }
  const isPlain = at <= MAX_PLAIN_BYTES;
  const content = isPlain ? plain.subarray(0, at) : deflateRawSync(plain.subarray(0, at));
  const bytes = new Uint8Array(HEADER_BYTES + content.length);
  bytes.set(content, HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, isPlain ? PLAIN : DEFLATED);
  view.setUint8(1, subBucketBits);
  view.setUint32(2, checksum(content));
  return bytes;
}

function inflate(deflated: Uint8Array, maxBytes: number): Uint8Array {
  try {
    return inflateRawSync(deflated, { maxOutputLength: maxBytes });
  } catch (cause) {
    throw new SketchFormatError('its content does not decompress', { cause });
  }
}

/** The numbers, in order. */
function varints(plain: Uint8Array): number[] {
  const values: number[] = [];
  for (let at = 0; at < plain.length; ) {
    let value = 0;
    for (let scale = 1, more = true; more; scale *= 128) {
      const byte = plain[at++];
      if (byte === undefined) throw new SketchFormatError('it ends in the middle of a number');
      value += (byte & 127) * scale;
      if (value > Number.MAX_SAFE_INTEGER) throw new SketchFormatError('a number is too large');
      more = byte >= 128;
    }
    values.push(value);
  }
  return values;
}

export interface UnpackedSketch extends SketchFigures {
  /** Those that are filled, in ascending order. */
  buckets: number[];
  /** Of each of them. */
  counts: number[];
}

/**
 * Reads what `packSketch` wrote.
 * @throws SketchFormatError whatever is wrong. At most `maxBuckets` buckets are ever held.
 */
export function unpackSketch(subBucketBits: number, maxBuckets: number, bytes: Uint8Array): UnpackedSketch {
  const maxBytes = (4 + 2 * maxBuckets) * VARINT_BYTES;
  if (bytes.length < HEADER_BYTES || bytes.length > 2 * maxBytes) {
    throw new SketchFormatError(`it has ${bytes.length} bytes`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const version = view.getUint8(0);
  if (version !== PLAIN && version !== DEFLATED) throw new SketchFormatError(`its version is ${version}`);
  if (view.getUint8(1) !== subBucketBits) throw new SketchFormatError(`its precision is ${view.getUint8(1)} bits`);
  const content = bytes.subarray(HEADER_BYTES);
  if (view.getUint32(2) !== checksum(content)) throw new SketchFormatError('its checksum differs');

  const numbers = varints(version === PLAIN ? content : inflate(content, maxBytes));
  const [count, sum, min, max] = numbers;
  if (count === undefined || sum === undefined || min === undefined || max === undefined) {
    throw new SketchFormatError('it ends too early');
  }
  const buckets: number[] = [];
  const counts: number[] = [];
  let bucket = 0;
  for (let i = 4; i < numbers.length; i += 2) {
    const inBucket = numbers[i + 1];
    bucket += numbers[i] ?? 0;
    if (!inBucket || bucket >= maxBuckets) throw new SketchFormatError('a bucket is empty or out of range');
    buckets.push(bucket);
    counts.push(inBucket);
    bucket++;
  }
  return { count, sum, min, max, buckets, counts };
}
