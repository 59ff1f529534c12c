import { createHash } from 'node:crypto';
import { crc32 } from '../checksum.ts';

/** The primary key of an item. */
export interface Key {
  pk: string;
  sk: string;
}

/** Must never change for a namespace in use. */
export const SHARDS = 16;

/** Of a key, a tag or a version. */
export const shardOf = (text: string): number => crc32(Buffer.from(text)) % SHARDS;
const digest = (text: string): string =>
  createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url');
const padded = (sequence: number): string => String(sequence).padStart(16, '0');

/**
 * Where a namespace's items lie. Keys of entries have at most 1,024 bytes, which is what a sort key takes: so nothing stands beside one.
 *
 * | items | pk: namespace and | sk |
 * |---|---|---|
 * | the head, alone in its partition | `h` | `h` |
 * | entries with their leases and marks, each alone | `e`, key | `e` |
 * | chunks of a version of an entry | `c`, version | number |
 * | versions that have chunks, sharded | `v`, shard | version |
 * | the index of keys, sharded, in the order of their UTF-8 | `x`, shard | key |
 * | members of tags, sharded by key | `t`, shard | digests of tag and key |
 * | marks of tags, sharded | `g`, shard | tag |
 * | live patterns | `p` | `p` |
 * | the log behind the head | `l` | the last sequence in it |
 * | events that are too large for the head | `s`, id | number |
 */
export class Layout {
  readonly #prefix: string;
  readonly head: Key;
  readonly patterns: Key;
  readonly logPartition: string;

  /** @throws RangeError when the namespace's name has a `#` or is longer than 256 bytes */
  constructor(namespace: string) {
    if (namespace.includes('#') || namespace === '' || Buffer.byteLength(namespace) > 256) {
      throw new RangeError(`a namespace's name has 1 to 256 bytes and no #: ${namespace}`);
    }
    this.#prefix = `${namespace}#`;
    this.head = { pk: `${this.#prefix}h`, sk: 'h' };
    this.patterns = { pk: `${this.#prefix}p`, sk: 'p' };
    this.logPartition = `${this.#prefix}l`;
  }

  entry(key: string): Key {
    return { pk: `${this.#prefix}e#${key}`, sk: 'e' };
  }

  chunk(version: string, at: number): Key {
    return { pk: `${this.#prefix}c#${version}`, sk: padded(at) };
  }

  version(version: string): Key {
    return { pk: this.versionShard(shardOf(version)), sk: version };
  }

  versionShard(shard: number): string {
    return `${this.#prefix}v#${shard}`;
  }

  index(key: string): Key {
    return { pk: this.indexShard(shardOf(key)), sk: key };
  }

  indexShard(shard: number): string {
    return `${this.#prefix}x#${shard}`;
  }

  member(tag: string, key: string): Key {
    return { pk: this.memberShard(shardOf(key)), sk: this.memberPrefix(tag) + digest(key) };
  }

  memberShard(shard: number): string {
    return `${this.#prefix}t#${shard}`;
  }

  memberPrefix(tag: string): string {
    return digest(tag);
  }

  tagMark(tag: string): Key {
    return { pk: this.tagMarkShard(shardOf(tag)), sk: tag };
  }

  tagMarkShard(shard: number): string {
    return `${this.#prefix}g#${shard}`;
  }

  /** Sorted as the sequences are, all of which have at most 16 digits. */
  log(last: number): Key {
    return { pk: this.logPartition, sk: padded(last) };
  }

  spill(id: string, part: number): Key {
    return { pk: `${this.#prefix}s#${id}`, sk: padded(part) };
  }
}
