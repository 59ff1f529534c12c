import { readCursor } from '../cursor.ts';
import type { Step, SweepResult } from '../shared-tier.ts';
import type { Bucket } from './bucket.ts';
import { patternOfField } from './known-patterns.ts';
import { reapPart } from './reap.ts';
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
  ghosts: number;
  bytes: number;
  visited: number;
  /** Undefined at the phase's end. */
  behind: string | undefined;
}

/** A pattern that nobody has finished for so long has lost its reaper. */
const ORPHANED_MS = 60_000;

/** One round of `sweep`, see SharedTier: in each bucket patterns without a reaper, the index of keys, the tags' members, the marks. */
export async function sweepStep(stored: Stored, step: Step): Promise<SweepResult> {
  const phases = [sweepPatterns, sweepIndex, sweepMembers, sweepMarks];
  let place: Place | undefined = parsePlace(step.cursor, stored.buckets.length);
  const sum = { removed: 0, ghosts: 0, bytes: 0 };
  for (let left = Math.max(1, step.budget); left > 0 && place !== undefined; ) {
    const bucket = stored.buckets[place.bucket];
    const phase = phases[place.part];
    if (bucket === undefined || phase === undefined) break;
    const swept: Swept = await phase(stored, bucket, place.behind, Math.min(left, CHUNK_KEYS));
    sum.removed += swept.removed;
    sum.ghosts += swept.ghosts;
    sum.bytes += swept.bytes;
    left -= Math.max(1, swept.visited);
    if (swept.behind !== undefined) place = { ...place, behind: swept.behind };
    else if (place.part + 1 < phases.length) place = { ...place, part: place.part + 1, behind: '' };
    else place = place.bucket === 0 ? undefined : { bucket: place.bucket - 1, part: 0, behind: '' };
  }
  return { ...sum, ...(place === undefined ? {} : { cursor: formatPlace(place) }) };
}

const isPatternPlace = (parsed: unknown): parsed is [field: string, sequence: number, from: string] =>
  Array.isArray(parsed) &&
  typeof parsed[0] === 'string' &&
  Number.isInteger(parsed[1]) &&
  typeof parsed[2] === 'string';

/** Finishes one pattern after another; `behind` is the present one's field, sequence and place. */
async function sweepPatterns(stored: Stored, bucket: Bucket, behind: string, count: number): Promise<Swept> {
  const nothing = { removed: 0, ghosts: 0, bytes: 0, visited: 0, behind: undefined };
  const { metadata, patterns } = bucket.keys;
  let [field, sequence, from] = behind === '' ? [] : readCursor(behind, isPatternPlace);
  if (field === undefined || sequence === undefined) {
    const [first, its] = (await stored.scripts.run('orphans', [metadata, patterns], [ORPHANED_MS])) as string[];
    if (first === undefined) return nothing;
    [field, sequence] = [first, Number(its)];
  }
  const { pattern, soft } = patternOfField(field);
  const event = { sequence, kind: 'pattern', values: [pattern], soft } as const;
  const step = await reapPart(stored, bucket, event, { part: 0, behind: from ?? '' }, count);
  const swept = { ...nothing, removed: step.removed, visited: step.visited };
  if (step.behind !== undefined) return { ...swept, behind: JSON.stringify([field, sequence, step.behind]) };
  // One that could not be settled would come again for ever.
  return step.isSettled ? { ...swept, behind: '' } : swept;
}

async function exorcise({ scripts }: Stored, { keys }: Bucket, index: string, what: string, found: readonly string[]) {
  const sum = { ghosts: 0, bytes: 0 };
  for (const chunk of chunksOf(found)) {
    const names = [index, keys.metadata, ...chunk.map(keys.entry)];
    const [removed = 0, bytes = 0] = (await scripts.run('exorcise', names, [what, ...chunk])) as number[];
    sum.ghosts += removed;
    sum.bytes += bytes;
  }
  return sum;
}

async function sweepIndex(stored: Stored, bucket: Bucket, after: string, count: number): Promise<Swept> {
  const { keys, behind } = await nextIndexed(stored, bucket, '', after, count);
  const gone = await exorcise(stored, bucket, bucket.keys.index, 'keys', keys);
  return { ...gone, removed: gone.ghosts, visited: keys.length, behind };
}

async function sweepMembers(stored: Stored, bucket: Bucket, after: string, count: number): Promise<Swept> {
  const { client, scripts } = stored;
  const [cursor, tags] = await client.sscan(bucket.keys.tags, after === '' ? '0' : after, 'COUNT', 10);
  const swept = { removed: 0, ghosts: 0, bytes: 0, visited: 0 };
  for (const tag of tags) {
    const members = bucket.keys.members(tag);
    for (let from: string | undefined = ''; from !== undefined; ) {
      const visit = await nextMembers(stored, bucket, tag, from, count);
      const gone = await exorcise(stored, bucket, members, `t${tag}`, visit.keys);
      swept.ghosts += gone.ghosts;
      swept.bytes += gone.bytes;
      swept.visited += visit.keys.length;
      from = visit.behind;
    }
    await scripts.run('forgetTag', [members, bucket.keys.tags], [tag]);
  }
  return { ...swept, behind: cursor === '0' ? undefined : cursor };
}

/** All at once: marks go at most once in the longest time that an entry lives. */
async function sweepMarks(
  { client, scripts }: Stored,
  { keys }: Bucket,
  _after: string,
  count: number,
): Promise<Swept> {
  const swept = { removed: 0, ghosts: 0, bytes: 0, visited: 0, behind: undefined };
  const upTo = String(await scripts.run('checkpoint', [keys.metadata], []));
  if (upTo === '0') return swept;
  for (const hash of [keys.marks, keys.patterns]) {
    let cursor = '0';
    do {
      const [next, flat] = await client.hscan(hash, cursor, 'COUNT', count);
      const fields = flat.filter((_, at) => at % 2 === 0);
      for (const chunk of chunksOf(fields)) {
        const args = [upTo, ...chunk];
        const [ghosts = 0, bytes = 0] = (await scripts.run('forgetMarks', [hash, keys.metadata], args)) as number[];
        swept.ghosts += ghosts;
        swept.bytes += bytes;
      }
      swept.visited += fields.length;
      cursor = next;
    } while (cursor !== '0');
  }
  return swept;
}
