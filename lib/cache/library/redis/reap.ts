import type { Invalidation } from '../invalidations.ts';
import { parsePattern } from '../pattern.ts';
import type { Step, StepResult } from '../shared-tier.ts';
import type { Bucket } from './bucket.ts';
import { patternField } from './known-patterns.ts';
import { bucketOf } from './layout.ts';
import {
  CHUNK_KEYS,
  chunksOf,
  formatPlace,
  nextIndexed,
  nextMembers,
  type Place,
  parsePlace,
  type Stored,
  type Visit,
} from './steps.ts';

/** One round of `reap`, see SharedTier. Takes time by what is visited: a tag's members, a pattern's prefix. */
export async function reapStep(stored: Stored, event: Invalidation, step: Step): Promise<StepResult> {
  let place: Place | undefined = parsePlace(step.cursor, stored.buckets.length);
  let removed = 0;
  for (let left = Math.max(1, step.budget); left > 0 && place !== undefined; ) {
    const bucket = stored.buckets[place.bucket];
    if (bucket === undefined) break;
    const reaped: Reaped = await reapPart(stored, bucket, event, place, Math.min(left, CHUNK_KEYS));
    removed += reaped.removed;
    // A visit of an empty part has its price too, so that every step ends.
    left -= Math.max(1, reaped.visited);
    const isLastPart = event.kind !== 'tags' || place.part + 1 >= event.values.length;
    if (reaped.behind !== undefined) place = { ...place, behind: reaped.behind };
    else if (!isLastPart) place = { ...place, part: place.part + 1, behind: '' };
    else place = place.bucket === 0 ? undefined : { bucket: place.bucket - 1, part: 0, behind: '' };
  }
  return { removed, ...(place === undefined ? {} : { cursor: formatPlace(place) }) };
}

export interface Reaped {
  removed: number;
  visited: number;
  /** Undefined at the part's end. */
  behind: string | undefined;
  /** Whether a pattern has been visited whole, and is live no longer. */
  isSettled: boolean;
}

/** Some keys of one of a bucket's parts: of a tag, or of all there is. */
export async function reapPart(
  stored: Stored,
  bucket: Bucket,
  event: Invalidation,
  { part, behind }: Pick<Place, 'part' | 'behind'>,
  count: number,
): Promise<Reaped> {
  const { visit, hits } = await visitNext(stored, bucket, event, part, behind, count);
  const tag = event.kind === 'tags' ? (event.values[part] ?? '') : '';
  let removed = 0;
  for (const chunk of chunksOf(hits)) removed += await drop(stored, bucket, event, tag, chunk);
  const isSettled = event.kind === 'pattern' && visit.behind === undefined && (await settle(stored, bucket, event));
  return { removed, visited: visit.keys.length, behind: visit.behind, isSettled };
}

async function visitNext(
  stored: Stored,
  bucket: Bucket,
  { kind, values }: Invalidation,
  part: number,
  behind: string,
  count: number,
): Promise<{ visit: Visit; hits: readonly string[] }> {
  switch (kind) {
    case 'keys': {
      const from = Number(behind);
      const next = values.slice(from, from + count);
      const visit = { keys: next, behind: from + count < values.length ? String(from + count) : undefined };
      return { visit, hits: next.filter((key) => stored.buckets[bucketOf(key, stored.buckets.length)] === bucket) };
    }
    case 'tags': {
      const visit = await nextMembers(stored, bucket, values[part] ?? '', behind, count);
      return { visit, hits: visit.keys };
    }
    case 'pattern': {
      const pattern = parsePattern(values[0] ?? '');
      const visit = await nextIndexed(stored, bucket, pattern.prefix, behind, count);
      return { visit, hits: visit.keys.filter(pattern.matches) };
    }
    case 'clear': {
      const visit = await nextIndexed(stored, bucket, '', behind, count);
      return { visit, hits: visit.keys };
    }
  }
}

async function drop(
  { scripts }: Stored,
  { keys }: Bucket,
  { sequence, soft }: Invalidation,
  tag: string,
  hits: readonly string[],
): Promise<number> {
  const names = [keys.index, tag === '' ? keys.index : keys.members(tag), ...hits.map(keys.entry)];
  return Number(await scripts.run('drop', names, [sequence, soft ? '1' : '0', tag, ...hits]));
}

async function settle({ scripts }: Stored, { keys }: Bucket, event: Invalidation): Promise<boolean> {
  const field = patternField(event.values[0] ?? '', event.soft);
  const names = [keys.metadata, keys.patterns, keys.index];
  return (await scripts.run('settle', names, [field, event.sequence])) === 1;
}
