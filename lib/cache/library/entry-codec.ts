import { crc32 } from './checksum.ts';
import { type Codec, codecs } from './compression.ts';
import type { Entry, EntryHead } from './entry.ts';

/**
 * An entry as bytes: a header, then the payload as it is. Numbers are big-endian, so that Redis' Lua reads the first part
 * with `struct.unpack(HEAD_FORMAT, bytes)` and each tag with `struct.unpack(TAG_FORMAT, bytes, at)`:
 *
 * | offset | bytes | what |
 * |---|---|---|
 * | 0 | 1 | version, 1 |
 * | 1 | 6 | freshUntil |
 * | 7 | 6 | expiresAt |
 * | 13 | 2 | check of these two, `timesCheck`: they may be changed in place, which leaves the CRC right |
 * | 15 | 4 | CRC-32 of the header from offset 19 to its end |
 * | 19 | 1 | codec (bits 0-2), negative (3), has a content type (4), has an ETag (5) |
 * | 20 | 7 | born |
 * | 27 | 1 | number of tags |
 * | 28 | | per tag its length (2) and UTF-8 bytes |
 * | | | varints: createdAt, revalidateUntil - freshUntil, loader us, TTL in ms (0: not told), raw bytes, payload bytes |
 * | | 4 | CRC-32 of the payload |
 * | | | varint length and UTF-8 bytes: content type, ETag, each only where its flag is set |
 */
export const ENTRY_VERSION = 1;
/** version, freshUntil, expiresAt, check, CRC, flags, born, number of tags. */
export const HEAD_FORMAT = '>BI6I6HI4BI7B';
export const TAG_FORMAT = '>Hc0';
/** freshUntil, expiresAt, check: what `SETRANGE` at `TIMES_OFFSET` replaces when an entry lives on. */
export const TIMES_FORMAT = '>I6I6H';
export const TIMES_OFFSET = 1;
/** `timesCheck` in Lua, of `fresh` and `expires`. */
export const TIMES_CHECK_LUA = '(fresh % 65521 * 3 + expires % 65521 * 5) % 65521';

const CHECKED_FROM = 19;
const TAGS_AT = 28;
const MAX_TIME = 2 ** 48 - 1;
const VARINT_BYTES = 8;
const NEGATIVE = 8;
const HAS_CONTENT_TYPE = 16;
const HAS_ETAG = 32;

export class EntryFormatError extends Error {
  override name = 'EntryFormatError';

  constructor(why: string) {
    super(`These bytes are no cache entry that can be read: ${why}.`);
  }
}

/** 65521 is prime, so that no change of a single byte leaves it the same; every product stays exact in a double. */
const timesCheck = (freshUntil: number, expiresAt: number): number =>
  ((freshUntil % 65521) * 3 + (expiresAt % 65521) * 5) % 65521;

function checkNumbers(entry: Entry): void {
  const whole = { born: entry.born, createdAt: entry.createdAt, rawBytes: entry.rawBytes, ttlMs: entry.ttlMs ?? 0 };
  for (const [name, value] of Object.entries(whole)) {
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${name} is a whole number, not ${value}`);
  }
  const { createdAt, freshUntil, revalidateUntil, expiresAt, loaderMs } = entry;
  for (const time of [createdAt, freshUntil, revalidateUntil, expiresAt]) {
    if (!Number.isInteger(time) || time < 0 || time > MAX_TIME) throw new RangeError(`${time} is no time in epoch ms`);
  }
  if (freshUntil > revalidateUntil || revalidateUntil > expiresAt) {
    throw new RangeError('an entry is fresh first, then revalidated, then served on errors, then expired');
  }
  if (!(loaderMs >= 0 && loaderMs < 2 ** 42)) throw new RangeError(`a loader does not take ${loaderMs} ms`);
}

function writeTimes(bytes: Buffer, freshUntil: number, expiresAt: number): void {
  bytes.writeUIntBE(freshUntil, TIMES_OFFSET, 6);
  bytes.writeUIntBE(expiresAt, TIMES_OFFSET + 6, 6);
  bytes.writeUInt16BE(timesCheck(freshUntil, expiresAt), TIMES_OFFSET + 12);
}

function writeVarint(bytes: Buffer, at: number, value: number): number {
  let rest = value;
  let next = at;
  while (rest >= 128) {
    bytes[next++] = (rest % 128) | 128;
    rest = Math.floor(rest / 128);
  }
  bytes[next++] = rest;
  return next;
}

function writeText(bytes: Buffer, at: number, text: string): number {
  const start = writeVarint(bytes, at, Buffer.byteLength(text));
  return start + bytes.write(text, start);
}

/**
 * Tags and texts must be well-formed and within the limits (`limits.ts`): others do not come back as they were.
 * @throws RangeError on numbers that no entry has
 */
export function encodeEntry(entry: Entry): Buffer {
  checkNumbers(entry);
  const { tags, contentType, etag, payload } = entry;
  // No UTF-16 code unit takes more than three bytes: room enough, cut to size in the end.
  let room = TAGS_AT + 8 * VARINT_BYTES + 4 + 3 * ((contentType?.length ?? 0) + (etag?.length ?? 0));
  for (const tag of tags) room += 2 + 3 * tag.length;
  const bytes = Buffer.allocUnsafe(room + payload.length);
  bytes[0] = ENTRY_VERSION;
  writeTimes(bytes, entry.freshUntil, entry.expiresAt);
  bytes[CHECKED_FROM] =
    codecs.indexOf(entry.codec) |
    (entry.negative ? NEGATIVE : 0) |
    (contentType === undefined ? 0 : HAS_CONTENT_TYPE) |
    (etag === undefined ? 0 : HAS_ETAG);
  bytes.writeUIntBE(Math.floor(entry.born / 2 ** 32), 20, 3);
  bytes.writeUInt32BE(entry.born % 2 ** 32, 23);
  bytes.writeUInt8(tags.length, 27);
  let at = TAGS_AT;
  for (const tag of tags) {
    const length = bytes.write(tag, at + 2);
    at = bytes.writeUInt16BE(length, at) + length;
  }
  at = writeVarint(bytes, at, entry.createdAt);
  at = writeVarint(bytes, at, entry.revalidateUntil - entry.freshUntil);
  at = writeVarint(bytes, at, Math.round(entry.loaderMs * 1_000));
  at = writeVarint(bytes, at, entry.ttlMs ?? 0);
  at = writeVarint(bytes, at, entry.rawBytes);
  at = writeVarint(bytes, at, payload.length);
  at = bytes.writeUInt32BE(crc32(payload), at);
  if (contentType !== undefined) at = writeText(bytes, at, contentType);
  if (etag !== undefined) at = writeText(bytes, at, etag);
  bytes.writeUInt32BE(crc32(bytes.subarray(CHECKED_FROM, at)), 15);
  bytes.set(payload, at);
  return bytes.subarray(0, at + payload.length);
}

/** Reads within its bounds whatever the bytes say: the checksum is known to be right only once all is read. */
class Reader {
  readonly bytes: Buffer;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  uint(length: number): number {
    const start = this.take(length);
    if (length < 7) return this.bytes.readUIntBE(start, length);
    return this.bytes.readUIntBE(start, 3) * 2 ** 32 + this.bytes.readUInt32BE(start + 3);
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; scale <= 2 ** 49; scale *= 128) {
      const byte = this.bytes[this.take(1)] ?? 0;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    throw new EntryFormatError('a number is too long');
  }

  text(length: number): string {
    const start = this.take(length);
    return this.bytes.toString('utf8', start, start + length);
  }

  take(length: number): number {
    const start = this.at;
    this.at += length;
    if (this.at > this.bytes.length) throw new EntryFormatError('it ends in the middle of its header');
    return start;
  }
}

/** The header alone, as of an entry whose payload is kept elsewhere; `bytes` is the header's length. */
export interface DecodedHead {
  head: EntryHead;
  bytes: number;
  payloadBytes: number;
  payloadCrc: number;
}

/** @throws EntryFormatError whatever is wrong with the header; the bytes after it are not looked at */
export function decodeHead(encoded: Uint8Array): DecodedHead {
  const from = new Reader(encoded);
  const version = from.uint(1);
  if (version !== ENTRY_VERSION) throw new EntryFormatError(`its version is ${version}, not ${ENTRY_VERSION}`);
  const freshUntil = from.uint(6);
  const expiresAt = from.uint(6);
  if (from.uint(2) !== timesCheck(freshUntil, expiresAt)) throw new EntryFormatError('the check of its times differs');
  const crc = from.uint(4);
  const flags = from.uint(1);
  const born = from.uint(7);
  const tags: string[] = [];
  for (let left = from.uint(1); left > 0; left--) tags.push(from.text(from.uint(2)));
  const createdAt = from.varint();
  const revalidateUntil = freshUntil + from.varint();
  const loaderMs = from.varint() / 1_000;
  const ttlMs = from.varint();
  const rawBytes = from.varint();
  const payloadBytes = from.varint();
  const payloadCrc = from.uint(4);
  const contentType = flags & HAS_CONTENT_TYPE ? from.text(from.varint()) : undefined;
  const etag = flags & HAS_ETAG ? from.text(from.varint()) : undefined;
  if (crc32(from.bytes.subarray(CHECKED_FROM, from.at)) !== crc) throw new EntryFormatError('its checksum differs');
  const codec: Codec | undefined = codecs[flags & 7];
  if (codec === undefined || flags >= 64) throw new EntryFormatError(`its flags are ${flags}`);
  const head: EntryHead = {
    codec,
    rawBytes,
    ...(contentType === undefined ? {} : { contentType }),
    tags,
    born,
    createdAt,
    freshUntil,
    revalidateUntil,
    expiresAt,
    ...(ttlMs === 0 ? {} : { ttlMs }),
    loaderMs,
    negative: (flags & NEGATIVE) !== 0,
    ...(etag === undefined ? {} : { etag }),
  };
  return { head, bytes: from.at, payloadBytes, payloadCrc };
}

/** @throws EntryFormatError unless this is the payload that was written with the header */
export function joinEntry({ head, payloadBytes, payloadCrc }: DecodedHead, payload: Uint8Array): Entry {
  if (payload.length !== payloadBytes) {
    throw new EntryFormatError(`its payload has ${payload.length} bytes, not ${payloadBytes}`);
  }
  if (crc32(payload) !== payloadCrc) throw new EntryFormatError("its payload's checksum differs");
  return { ...head, payload };
}

/** The payload is a view of the bytes, not a copy. @throws EntryFormatError whatever is wrong */
export function decodeEntry(encoded: Uint8Array): Entry {
  const decoded = decodeHead(encoded);
  return joinEntry(decoded, encoded.subarray(decoded.bytes));
}

/** The same entry with other times: what a script does in place with `TIMES_FORMAT`. The windows after `freshUntil` stay as long. */
export function withTimes(encoded: Uint8Array, freshUntil: number, expiresAt: number): Buffer {
  const bytes = Buffer.from(encoded);
  writeTimes(bytes, freshUntil, expiresAt);
  return bytes;
}
