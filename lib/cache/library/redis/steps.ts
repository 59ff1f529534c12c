import { isNumberedPlace, readCursor } from '../cursor.ts';
import type { Bucket } from './bucket.ts';
import type { RedisClient, Scripts } from './run-scripts.ts';

export interface Stored {
  client: RedisClient;
  scripts: Scripts;
  buckets: readonly Bucket[];
}

/** So many keys go through one script: it holds Redis up for well below a millisecond. */
export const CHUNK_KEYS = 250;

/** Where a step is: buckets are visited from the last to the first, which counts the live patterns. */
export interface Place {
  bucket: number;
  /** Which of the values, or which phase. */
  part: number;
  /** The key or Redis cursor behind which to go on; empty at the beginning. */
  behind: string;
}

/** @throws RangeError */
export function parsePlace(cursor: string | undefined, buckets: number): Place {
  if (cursor === undefined) return { bucket: buckets - 1, part: 0, behind: '' };
  const [bucket, part, behind] = readCursor(cursor, isNumberedPlace);
  return { bucket, part, behind };
}

export const formatPlace = ({ bucket, part, behind }: Place): string => JSON.stringify([bucket, part, behind]);

export interface Visit {
  keys: readonly string[];
  /** Undefined at the end. */
  behind: string | undefined;
}

/** The next keys of a bucket that begin so, in lexical order. */
export async function nextIndexed(
  { client }: Stored,
  { keys }: Bucket,
  prefix: string,
  behind: string,
  count: number,
): Promise<Visit> {
  const from = behind === '' ? (prefix === '' ? '(' : `[${prefix}`) : `(${behind}`;
  const found = await client.zrangebylex(keys.index, from, '+', 'LIMIT', 0, count);
  const within = found.filter((key) => key.startsWith(prefix));
  return { keys: within, behind: within.length < count ? undefined : within.at(-1) };
}

/** Some keys that have, or had, a tag; each that is there all the while at least once until the end. */
export async function nextMembers(
  { client }: Stored,
  { keys }: Bucket,
  tag: string,
  behind: string,
  count: number,
): Promise<Visit> {
  const [cursor, found] = await client.sscan(keys.members(tag), behind === '' ? '0' : behind, 'COUNT', count);
  return { keys: found, behind: cursor === '0' ? undefined : cursor };
}

export function* chunksOf<T>(items: readonly T[], size = CHUNK_KEYS): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}
