import type { Step, StepResult } from '../shared-tier.ts';
import type { Bucket } from './bucket.ts';
import {
  CHUNK_KEYS,
  chunksOf,
  formatPlace,
  nextIndexed,
  nextMembers,
  type Place,
  parsePlace,
  type Stored,
} from './steps.ts';

interface Swept {
  removed: number;
  visited: number;
  /** Undefined at the phase's end. */
  behind: string | undefined;
}

/** One round of `sweep`, see SharedTier: in each bucket first the index of keys, then the tags' members, then the marks. */
export async function sweepStep(stored: Stored, step: Step): Promise<StepResult> {
  const phases = [sweepIndex, sweepMembers, sweepMarks];
  let place: Place | undefined = parsePlace(step.cursor, stored.buckets.length);
  let removed = 0;
  for (let left = Math.max(1, step.budget); left > 0 && place !== undefined; ) {
    const bucket = stored.buckets[place.bucket];
    const phase = phases[place.part];
    if (bucket === undefined || phase === undefined) break;
    const swept: Swept = await phase(stored, bucket, place.behind, Math.min(left, CHUNK_KEYS));
    removed += swept.removed;
    left -= Math.max(1, swept.visited);
    if (swept.behind !== undefined) place = { ...place, behind: swept.behind };
    else if (place.part + 1 < phases.length) place = { ...place, part: place.part + 1, behind: '' };
    else place = place.bucket === 0 ? undefined : { bucket: place.bucket - 1, part: 0, behind: '' };
  }
  return { removed, ...(place === undefined ? {} : { cursor: formatPlace(place) }) };
}

async function exorcise({ scripts }: Stored, { keys }: Bucket, index: string, what: string, found: readonly string[]) {
  let removed = 0;
  for (const chunk of chunksOf(found)) {
    removed += Number(await scripts.run('exorcise', [index, ...chunk.map(keys.entry)], [what, ...chunk]));
  }
  return removed;
}

async function sweepIndex(stored: Stored, bucket: Bucket, after: string, count: number): Promise<Swept> {
  const { keys, behind } = await nextIndexed(stored, bucket, '', after, count);
  const removed = await exorcise(stored, bucket, bucket.keys.index, 'keys', keys);
  return { removed, visited: keys.length, behind };
}

async function sweepMembers(stored: Stored, bucket: Bucket, after: string, count: number): Promise<Swept> {
  const { client, scripts } = stored;
  const [cursor, tags] = await client.sscan(bucket.keys.tags, after === '' ? '0' : after, 'COUNT', 10);
  let visited = 0;
  for (const tag of tags) {
    const members = bucket.keys.members(tag);
    for (let from: string | undefined = ''; from !== undefined; ) {
      const visit = await nextMembers(stored, bucket, tag, from, count);
      await exorcise(stored, bucket, members, `t${tag}`, visit.keys);
      visited += visit.keys.length;
      from = visit.behind;
    }
    await scripts.run('forgetTag', [members, bucket.keys.tags], [tag]);
  }
  return { removed: 0, visited, behind: cursor === '0' ? undefined : cursor };
}

/** All at once: marks go at most once in the longest time that an entry lives. */
async function sweepMarks(
  { client, scripts }: Stored,
  { keys }: Bucket,
  _after: string,
  count: number,
): Promise<Swept> {
  const upTo = String(await scripts.run('checkpoint', [keys.metadata], []));
  if (upTo === '0') return { removed: 0, visited: 0, behind: undefined };
  let visited = 0;
  for (const hash of [keys.marks, keys.patterns]) {
    let cursor = '0';
    do {
      const [next, flat] = await client.hscan(hash, cursor, 'COUNT', count);
      const fields = flat.filter((_, at) => at % 2 === 0);
      for (const chunk of chunksOf(fields)) await scripts.run('forgetMarks', [hash], [upTo, ...chunk]);
      visited += fields.length;
      cursor = next;
    } while (cursor !== '0');
  }
  return { removed: 0, visited, behind: undefined };
}
