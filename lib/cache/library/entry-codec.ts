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
 * | 13 | 7 | born |
 * | 20 | 2 | check of these three, `lifeCheck`: they may be changed in place, which leaves the CRC right |
 * | 22 | 4 | CRC-32 of the header from offset 26 to its end |
 * | 26 | 1 | codec (bits 0-2), negative (3), has a content type (4), has an ETag (5), copy (6) |
 * | 27 | 1 | number of tags |
 * | 28 | | per tag its length (2) and UTF-8 bytes |
 * | | | varints: createdAt, revalidateUntil - freshUntil, loader us, TTL (even: twice its seconds, odd: twice its ms and 1, 0: not told), raw bytes |
 * | | | varint length and UTF-8 bytes: content type (0: `application/json`), ETag (0: 16 bytes, in base64url), each only where its flag is set |
 * | | | varint payload bytes |
 * | | 4 | CRC-32 of the payload |
 */
export const ENTRY_VERSION = 1;
/** version, freshUntil, expiresAt, born, check, CRC, flags, number of tags. */
export const HEAD_FORMAT = '>BI6I6I7HI4BB';
export const HEAD_BYTES = 28;
export const TAG_FORMAT = '>Hc0';
/** freshUntil, expiresAt, born, check: what `SETRANGE` at `LIFE_OFFSET` replaces when an entry lives on or is born later. */
export const LIFE_FORMAT = '>I6I6I7H';
export const LIFE_OFFSET = 1;
/** `lifeCheck` in Lua, of `fresh`, `expires` and `born`. */
export const LIFE_CHECK_LUA = '(fresh % 65521 * 3 + expires % 65521 * 5 + born % 65521 * 7) % 65521';
/** Set in the flags of a copy. */
export const COPY_FLAG = 64;
/** Where `identityOf` begins. */
export const IDENTITY_OFFSET = 27;

const BORN_AT = 13;
const CHECK_AT = 20;
const CRC_AT = 22;
const FLAGS_AT = 26;
const MAX_TIME = 2 ** 48 - 1;
const VARINT_BYTES = 8;
const NEGATIVE = 8;
const HAS_CONTENT_TYPE = 16;
const HAS_ETAG = 32;
/** What most values are: a length of 0 says so. An empty content type is none, and so is an empty ETag. */
const JSON_TYPE = 'application/json';
/** Of an ETag as `strongEtag` makes it: a length of 0 says that the bytes follow. */
const DIGEST_BYTES = 16;
const DIGEST_CHARACTERS = 22;

export class EntryFormatError extends Error {
  override name = 'EntryFormatError';

  constructor(why: string) {
    super(`These bytes are no cache entry that can be read: ${why}.`);
  }
}

/** 65521 is prime, so that no change of a single byte leaves it the same; every product stays exact in a double. */
const lifeCheck = (freshUntil: number, expiresAt: number, born: number): number =>
  ((freshUntil % 65521) * 3 + (expiresAt % 65521) * 5 + (born % 65521) * 7) % 65521;

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
  if ((entry.ttlMs ?? 0) > MAX_TIME) throw new RangeError(`${entry.ttlMs} ms is no TTL`);
  if (!(loaderMs >= 0 && loaderMs < 2 ** 42)) throw new RangeError(`a loader does not take ${loaderMs} ms`);
}

function writeLife(bytes: Buffer, freshUntil: number, expiresAt: number, born: number): void {
  bytes.writeUIntBE(freshUntil, LIFE_OFFSET, 6);
  bytes.writeUIntBE(expiresAt, LIFE_OFFSET + 6, 6);
  bytes.writeUIntBE(Math.floor(born / 2 ** 32), BORN_AT, 3);
  bytes.writeUInt32BE(born % 2 ** 32, BORN_AT + 3);
  bytes.writeUInt16BE(lifeCheck(freshUntil, expiresAt, born), CHECK_AT);
}

const readBorn = (bytes: Buffer): number => bytes.readUIntBE(BORN_AT, 3) * 2 ** 32 + bytes.readUInt32BE(BORN_AT + 3);

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

/** Most TTLs are whole seconds, which are fewer. */
const writtenTtl = (ttlMs: number): number => (ttlMs % 1_000 === 0 ? (ttlMs / 1_000) * 2 : ttlMs * 2 + 1);
const readTtl = (written: number): number => (written % 2 === 0 ? (written / 2) * 1_000 : (written - 1) / 2);

/** A digest by its bytes, any other text as it is. */
function writeEtag(bytes: Buffer, at: number, etag: string): number {
  if (etag.length === DIGEST_CHARACTERS) {
    const digest = Buffer.from(etag, 'base64url');
    if (digest.toString('base64url') === etag) return writeVarint(bytes, at, 0) + digest.copy(bytes, at + 1);
  }
  return writeText(bytes, at, etag);
}

/** What does not depend on the payload, behind the flags. @returns where it ends */
function writeIdentity(bytes: Buffer, head: Omit<EntryHead, 'born'>): number {
  const { tags, contentType, etag } = head;
  bytes.writeUInt8(tags.length, IDENTITY_OFFSET);
  let at = HEAD_BYTES;
  for (const tag of tags) {
    const length = bytes.write(tag, at + 2);
    at = bytes.writeUInt16BE(length, at) + length;
  }
  at = writeVarint(bytes, at, head.createdAt);
  at = writeVarint(bytes, at, head.revalidateUntil - head.freshUntil);
  at = writeVarint(bytes, at, Math.round(head.loaderMs * 1_000));
  at = writeVarint(bytes, at, writtenTtl(head.ttlMs ?? 0));
  at = writeVarint(bytes, at, head.rawBytes);
  if (contentType === JSON_TYPE) bytes[at++] = 0;
  else if (contentType) at = writeText(bytes, at, contentType);
  if (etag) at = writeEtag(bytes, at, etag);
  return at;
}

/** No UTF-16 code unit takes more than three bytes: room enough, cut to size in the end. */
function roomFor({ tags, contentType, etag }: Omit<EntryHead, 'born'>): number {
  let room = HEAD_BYTES + 8 * VARINT_BYTES + 4 + 3 * ((contentType?.length ?? 0) + (etag?.length ?? 0));
  for (const tag of tags) room += 2 + 3 * tag.length;
  return room;
}

/**
 * Tags and texts must be well-formed and within the limits (`limits.ts`): others do not come back as they were.
 * @throws RangeError on numbers that no entry has
 */
export function encodeEntry(entry: Entry): Buffer {
  checkNumbers(entry);
  const { payload } = entry;
  const bytes = Buffer.allocUnsafe(roomFor(entry) + payload.length);
  bytes[0] = ENTRY_VERSION;
  writeLife(bytes, entry.freshUntil, entry.expiresAt, entry.born);
  bytes[FLAGS_AT] =
    codecs.indexOf(entry.codec) |
    (entry.negative ? NEGATIVE : 0) |
    (entry.contentType ? HAS_CONTENT_TYPE : 0) |
    (entry.etag ? HAS_ETAG : 0) |
    (entry.copy ? COPY_FLAG : 0);
  let at = writeIdentity(bytes, entry);
  at = writeVarint(bytes, at, payload.length);
  at = bytes.writeUInt32BE(crc32(payload), at);
  bytes.writeUInt32BE(crc32(bytes.subarray(FLAGS_AT, at)), CRC_AT);
  bytes.set(payload, at);
  return bytes.subarray(0, at + payload.length);
}

/**
 * What an entry's bytes have at `IDENTITY_OFFSET`, from the number of tags to the ETag: with `born` it tells entries of the same key apart,
 * however long they live on, and wherever they are copied to.
 */
export function identityOf(head: EntryHead): Buffer {
  const bytes = Buffer.allocUnsafe(roomFor(head));
  return bytes.subarray(IDENTITY_OFFSET, writeIdentity(bytes, head));
}

/** Reads within its bounds whatever the bytes say: the checksum is known to be right only once all is read. */
class Reader {
  readonly bytes: Buffer;
  at = HEAD_BYTES;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
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

  etag(): string {
    const length = this.varint();
    if (length > 0) return this.text(length);
    const start = this.take(DIGEST_BYTES);
    return this.bytes.toString('base64url', start, start + DIGEST_BYTES);
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

const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);

/** @throws EntryFormatError whatever is wrong with the header; the bytes after it are not looked at */
export function decodeHead(encoded: Uint8Array): DecodedHead {
  const bytes = asBuffer(encoded);
  if (bytes.length > 0 && bytes[0] !== ENTRY_VERSION) {
    throw new EntryFormatError(`its version is ${bytes[0]}, not ${ENTRY_VERSION}`);
  }
  if (bytes.length < HEAD_BYTES) throw new EntryFormatError('it ends in the middle of its header');
  const freshUntil = bytes.readUIntBE(LIFE_OFFSET, 6);
  const expiresAt = bytes.readUIntBE(LIFE_OFFSET + 6, 6);
  const born = readBorn(bytes);
  if (bytes.readUInt16BE(CHECK_AT) !== lifeCheck(freshUntil, expiresAt, born)) {
    throw new EntryFormatError('the check of its times differs');
  }
  const flags = bytes[FLAGS_AT] ?? 0;
  const from = new Reader(bytes);
  const tags: string[] = [];
  for (let left = bytes[IDENTITY_OFFSET] ?? 0; left > 0; left--) {
    tags.push(from.text(bytes.readUInt16BE(from.take(2))));
  }
  const createdAt = from.varint();
  const revalidateUntil = freshUntil + from.varint();
  const loaderMs = from.varint() / 1_000;
  const ttlMs = readTtl(from.varint());
  const rawBytes = from.varint();
  const contentType = flags & HAS_CONTENT_TYPE ? from.text(from.varint()) || JSON_TYPE : undefined;
  const etag = flags & HAS_ETAG ? from.etag() : undefined;
  const payloadBytes = from.varint();
  const payloadCrc = bytes.readUInt32BE(from.take(4));
  if (crc32(bytes, FLAGS_AT, from.at) !== bytes.readUInt32BE(CRC_AT)) {
    throw new EntryFormatError('its checksum differs');
  }
  const codec: Codec | undefined = codecs[flags & 7];
  if (codec === undefined || flags >= 2 * COPY_FLAG) throw new EntryFormatError(`its flags are ${flags}`);
  const head: EntryHead = {
    codec,
    rawBytes,
    tags,
    born,
    createdAt,
    freshUntil,
    revalidateUntil,
    expiresAt,
    loaderMs,
    negative: (flags & NEGATIVE) !== 0,
  };
  if (contentType !== undefined) head.contentType = contentType;
  if (ttlMs !== 0) head.ttlMs = ttlMs;
  if (flags & COPY_FLAG) head.copy = true;
  if (etag !== undefined) head.etag = etag;
  return { head, bytes: from.at, payloadBytes, payloadCrc };
}

/** @throws EntryFormatError unless this is the payload that was written with the header */
export function joinEntry({ head, payloadBytes, payloadCrc }: DecodedHead, payload: Uint8Array): Entry {
  if (payload.length !== payloadBytes) {
    throw new EntryFormatError(`its payload has ${payload.length} bytes, not ${payloadBytes}`);
  }
  if (crc32(payload) !== payloadCrc) throw new EntryFormatError("its payload's checksum differs");
  // Its own head, which nobody else has: most reads of a shared tier come through here.
  return Object.assign(head, { payload });
}

/** The payload is a view of the bytes, not a copy. @throws EntryFormatError whatever is wrong */
export function decodeEntry(encoded: Uint8Array): Entry {
  const decoded = decodeHead(encoded);
  return joinEntry(decoded, encoded.subarray(decoded.bytes));
}

/** The same entry with other times: what a script does in place with `LIFE_FORMAT`. The windows after `freshUntil` stay as long. */
export function withTimes(encoded: Uint8Array, freshUntil: number, expiresAt: number): Buffer {
  const bytes = Buffer.from(encoded);
  writeLife(bytes, freshUntil, expiresAt, readBorn(bytes));
  return bytes;
}
