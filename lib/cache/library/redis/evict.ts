import type { Bucket } from './bucket.ts';
import type { Stored } from './steps.ts';
import { weigh } from './usage.ts';

/** Of so many keys the quarter goes whose time is over soonest. */
const SAMPLE = 128;

/** See `EntryStore.evict`. A sample of one bucket after another, so that all give about as much. */
export async function evictFrom(stored: Stored, bytes: number): Promise<{ entries: number; bytes: number }> {
  const freed = { entries: 0, bytes: 0 };
  let places = [...stored.buckets];
  while (places.length > 0 && freed.bytes < bytes) {
    const left: Bucket[] = [];
    for (const bucket of places) {
      if (freed.bytes >= bytes) break;
      const round = await evictSample(stored, bucket, bytes - freed.bytes);
      freed.entries += round.entries;
      freed.bytes += round.bytes;
      if (round.entries > 0) left.push(bucket);
    }
    places = left;
  }
  return freed;
}

async function evictSample({ client, scripts }: Stored, { keys }: Bucket, wanted: number) {
  const sampled = ((await client.zrandmember(keys.index, SAMPLE)) ?? []).filter((key) => key !== '');
  const weights = await weigh(scripts, sampled.map(keys.entry));
  const stored = sampled.flatMap((key, at) => {
    const { bytes, expiresAt } = weights[at] ?? { bytes: 0, expiresAt: -1 };
    return bytes > 0 ? [{ key, expiresAt }] : [];
  });
  stored.sort((a, b) => a.expiresAt - b.expiresAt);
  const soonest = stored.slice(0, Math.ceil(stored.length / 4)).map(({ key }) => key);
  if (soonest.length === 0) return { entries: 0, bytes: 0 };
  const names = [keys.metadata, keys.index, ...soonest.map(keys.entry)];
  const [entries = 0, bytes = 0] = (await scripts.run('evict', names, [wanted, ...soonest])) as number[];
  return { entries, bytes };
}
