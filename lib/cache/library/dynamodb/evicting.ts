import { numberOr0, textIn } from './attributes.ts';
import { storedIn } from './entry-item.ts';
import { SHARDS } from './layout.ts';
import { Removing } from './removing.ts';
import type { WritingParts } from './writing.ts';

const SAMPLE = 200;

/** See `evict` of EntryStore: keys are spread evenly, so any shards are a sample. */
export async function evictSome(parts: WritingParts, bytes: number): Promise<{ entries: number; bytes: number }> {
  const { table, layout, clock } = parts;
  const removing = new Removing(parts);
  const gone = { entries: 0, bytes: 0 };
  const first = Math.floor(Math.random() * SHARDS);
  const sample: { key: string; expiresAt: number; bytes: number }[] = [];
  for (let at = 0; at < SHARDS && gone.bytes < bytes; at++) {
    const partition = layout.indexShard((first + at) % SHARDS);
    const { items } = await table.query({ partition, limit: SAMPLE });
    for (const item of items) {
      const [key, expiresAt] = [textIn(item, 'sk') ?? '', numberOr0(item, 'x')];
      if (expiresAt > clock.now()) sample.push({ key, expiresAt, bytes: numberOr0(item, 'z') });
    }
    if (sample.length < SAMPLE && at + 1 < SHARDS) continue;
    sample.sort((a, b) => a.expiresAt - b.expiresAt);
    for (const each of sample.splice(0)) {
      if (gone.bytes >= bytes) break;
      const stored = storedIn(each.key, await table.get(layout.entry(each.key)));
      if (stored === undefined || !(await removing.evict(stored))) continue;
      gone.entries += 1;
      gone.bytes += each.bytes;
    }
  }
  return gone;
}
