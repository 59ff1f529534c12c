import { crc32 } from '../checksum.ts';

/** The names of a bucket's keys. All have the same hash tag, so that one script may touch them in a cluster. */
export interface BucketKeys {
  readonly metadata: string;
  readonly marks: string;
  readonly patterns: string;
  readonly log: string;
  /** All keys, in lexical order. */
  readonly index: string;
  /** All tags that have members. */
  readonly tags: string;
  entry(key: string): string;
  members(tag: string): string;
  lease(key: string): string;
}

export function bucketKeys(namespace: string, bucket: number): BucketKeys {
  const prefix = `hr:{${namespace}:${bucket}}:`;
  return {
    metadata: `${prefix}m`,
    marks: `${prefix}i`,
    patterns: `${prefix}p`,
    log: `${prefix}l`,
    index: `${prefix}x`,
    tags: `${prefix}G`,
    entry: (key) => `${prefix}e:${key}`,
    members: (tag) => `${prefix}g:${tag}`,
    lease: (key) => `${prefix}L:${key}`,
  };
}

/** Must never change for a namespace in use, nor may the number of buckets. */
export const bucketOf = (key: string, buckets: number): number =>
  buckets === 1 ? 0 : crc32(Buffer.from(key)) % buckets;
