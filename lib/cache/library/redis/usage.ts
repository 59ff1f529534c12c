import type { TierUsage } from '../shared-tier.ts';
import type { Bucket } from './bucket.ts';
import type { Scripts } from './run-scripts.ts';
import type { Stored } from './steps.ts';

const SAMPLE = 32;

export interface Weight {
  bytes: number;
  /** Epoch milliseconds; below 0 where there is no such key, or no end to it. */
  expiresAt: number;
}

export async function weigh(scripts: Scripts, names: readonly string[]): Promise<Weight[]> {
  if (names.length === 0) return [];
  const flat = (await scripts.run('weigh', names, [])) as number[];
  return names.map((_, at) => ({ bytes: flat[2 * at] ?? 0, expiresAt: flat[2 * at + 1] ?? -1 }));
}

const sum = (weights: readonly Weight[]): number => weights.reduce((total, { bytes }) => total + bytes, 0);
const mean = (weights: readonly Weight[]): number => (weights.length === 0 ? 0 : sum(weights) / weights.length);

/** Entries by the index, which every bucket has the empty key in besides; their bytes, and the members of tags, by a sample. */
export async function usageOf(stored: Stored): Promise<TierUsage> {
  const parts = await Promise.all(stored.buckets.map((bucket) => usageOfBucket(stored, bucket)));
  return {
    entries: parts.reduce((total, { entries }) => total + entries, 0),
    bytes: Math.round(parts.reduce((total, { bytes }) => total + bytes, 0)),
  };
}

async function usageOfBucket({ client, scripts }: Stored, { keys }: Bucket): Promise<TierUsage> {
  const { metadata, marks, patterns, log, index, tags: allTags } = keys;
  const [size, sample, tagCount, tags] = await Promise.all([
    client.zcard(index),
    client.zrandmember(index, SAMPLE),
    client.scard(allTags),
    client.srandmember(allTags, SAMPLE),
  ]);
  const sampled = (sample ?? []).filter((key) => key !== '');
  const [entries, members, whole] = await Promise.all([
    weigh(scripts, sampled.map(keys.entry)),
    weigh(scripts, tags.map(keys.members)),
    weigh(scripts, [metadata, marks, patterns, log, index, allTags]),
  ]);
  const count = Math.max(0, size - 1);
  return { entries: count, bytes: count * mean(entries) + tagCount * mean(members) + sum(whole) };
}
