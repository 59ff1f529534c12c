import { randomUUID } from 'node:crypto';
import type { Entry } from '../entry.ts';
import { type DecodedHead, decodeHead, EntryFormatError, encodeEntry, joinEntry } from '../entry-codec.ts';
import { bytesIn, type Item, numberOr0, type Plain, textIn } from './attributes.ts';
import type { Mortal } from './knowledge.ts';
import { IN_FLIGHT_MS, secondsOf } from './mark-item.ts';

/** A larger payload lies in chunks, so that a lease or a mark on the item stays cheap: it costs by the whole item. */
export const INLINE_BYTES = 8_192;
/** An item has at most 409,600 bytes. */
export const CHUNK_BYTES = 390_000;

/**
 * An entry as it was stored. Its item has: `v` its version, another with every write, `h` the header as of `encodeEntry`, `d` the payload
 * or `n` the number of its chunks, `b` born, `f` freshUntil, `x` expiresAt, and `i` until when, in epoch seconds, all that
 * belongs to it elsewhere stays. Besides, and without an entry too: the marks `m`, `u`, `g`, the lease `lt` and `lu`, and `ev`, until
 * when others may hold what was evicted here.
 */
export interface Stored extends Mortal {
  version: string;
  decoded: DecodedHead;
  header: Uint8Array;
  inline: Uint8Array;
  chunks: number;
  keptUntilSeconds: number;
}

/** All but the payload. */
export const headAttributes = 'h, n, v, b, f, x, i, m, u, g, lt, lu, ev';

/** What is under a key, expired or not; undefined when there is no entry, or none that can be read. */
export function storedIn(key: string, item: Item | undefined): Stored | undefined {
  const version = textIn(item, 'v');
  const header = bytesIn(item, 'h');
  if (version === undefined || header === undefined) return undefined;
  try {
    const decoded = decodeHead(header);
    return {
      key,
      version,
      decoded,
      header,
      born: decoded.head.born,
      tags: decoded.head.tags,
      hardMark: numberOr0(item, 'm'),
      softMark: numberOr0(item, 'u'),
      inline: bytesIn(item, 'd') ?? new Uint8Array(0),
      chunks: numberOr0(item, 'n'),
      keptUntilSeconds: numberOr0(item, 'i'),
    };
  } catch (error) {
    if (error instanceof EntryFormatError) return undefined;
    throw error;
  }
}

/** @returns undefined when the payload is not the one that was written with the header */
export function entryOf({ decoded }: Stored, payload: Uint8Array): Entry | undefined {
  try {
    return joinEntry(decoded, payload);
  } catch (error) {
    if (error instanceof EntryFormatError) return undefined;
    throw error;
  }
}

export const isLeased = (item: Item | undefined, nowMs: number): boolean =>
  textIn(item, 'lt') !== undefined && numberOr0(item, 'lu') > nowMs;

/** An entry that is to be stored. */
export interface Draft {
  key: string;
  born: number;
  tags: readonly string[];
  freshUntil: number;
  expiresAt: number;
  version: string;
  header: Uint8Array;
  payload: Uint8Array;
  /** In the order of the payload; none when it lies in the item itself. */
  chunks: readonly Uint8Array[];
  keptUntilSeconds: number;
}

export function draftOf(key: string, entry: Entry, nowMs: number): Draft {
  const { born, tags, freshUntil, expiresAt, payload } = entry;
  const encoded = encodeEntry(entry);
  const chunks: Uint8Array[] = [];
  if (payload.length > INLINE_BYTES) {
    for (let at = 0; at < payload.length; at += CHUNK_BYTES) chunks.push(payload.subarray(at, at + CHUNK_BYTES));
  }
  const livesMs = Math.max(0, expiresAt - nowMs);
  return {
    key,
    born,
    tags,
    freshUntil,
    expiresAt,
    version: randomUUID(),
    header: encoded.subarray(0, encoded.length - payload.length),
    payload,
    chunks,
    // Once more as long as it lives: so an entry that is given more time seldom needs a write of all that belongs to it.
    keptUntilSeconds: secondsOf(Math.max(nowMs, expiresAt) + Math.max(IN_FLIGHT_MS, livesMs)),
  };
}

/** An update that stores a draft and leaves marks and lease as they are; what else is to be removed can be added to it. */
export function replacement(draft: Draft, nowMs: number): { change: string; values: Record<string, Plain> } {
  const { version, header, payload, chunks, born, freshUntil, expiresAt, keptUntilSeconds } = draft;
  const isInline = chunks.length === 0;
  return {
    change:
      'SET v = :v, h = :h, b = :b, f = :f, x = :x, i = :i, expiresAt = :until, ' +
      `${isInline ? 'd = :d' : 'n = :d'} REMOVE ${isInline ? 'n' : 'd'}`,
    values: {
      v: version,
      h: header,
      b: born,
      f: freshUntil,
      x: expiresAt,
      i: keptUntilSeconds,
      d: isInline ? payload : chunks.length,
      until: secondsOf(Math.max(nowMs, expiresAt) + IN_FLIGHT_MS),
    },
  };
}

export const marksBelowBorn = ['m', 'u', 'g']
  .map((name) => `(attribute_not_exists(${name}) OR ${name} <= :b)`)
  .join(' AND ');
