import { type EntryHead, freshnessOf } from '../entry.ts';
import { withTimes } from '../entry-codec.ts';
import type { Lifetime } from '../ttl.ts';
import { IN_FLIGHT_MS, secondsOf } from './mark-item.ts';
import { isSameEntry } from './setting.ts';
import type { WritingParts } from './writing.ts';

const ATTEMPTS = 4;

/** See `touch` of EntryStore. What belongs to the entry is given more time first: so it never ends before the entry does. */
export async function touchEntry(
  { table, layout, clock, sequence, knowledge, reading, belongings }: WritingParts,
  key: string,
  entry: EntryHead,
  { freshUntil, expiresAt }: Lifetime,
): Promise<boolean> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (knowledge.sequence < 0) await knowledge.follow(await sequence.read());
    const [head, found] = await Promise.all([sequence.read(), reading.find([key], true)]);
    await knowledge.follow(head);
    const [judged] = await reading.judge([key], found, true);
    if (judged === undefined || judged.verdict === 'dead') return false;
    const { stored } = judged;
    const now = clock.now();
    if (freshnessOf(stored.decoded.head, now) === 'expired' || !isSameEntry(stored.decoded.head, entry)) return false;
    const until = secondsOf(Math.max(now, expiresAt) + IN_FLIGHT_MS);
    // As much again as it is to live, so that the next ones need not write all of it.
    const keptUntil =
      until <= stored.keptUntilSeconds ? stored.keptUntilSeconds : until + secondsOf(Math.max(0, expiresAt - now));
    if (keptUntil > stored.keptUntilSeconds) await belongings.keepUntil(stored, expiresAt, keptUntil);
    const touched = await table.update(layout.entry(key), {
      change: 'SET h = :h, f = :f, x = :x, i = :i, expiresAt = :until',
      condition: 'v = :v AND h = :seen',
      values: {
        h: withTimes(stored.header, freshUntil, expiresAt),
        f: freshUntil,
        x: expiresAt,
        i: keptUntil,
        until,
        v: stored.version,
        seen: stored.header,
      },
    });
    if (touched === undefined) continue;
    await table.update(layout.index(key), {
      change: 'SET x = :x',
      condition: 'w = :w',
      values: { x: expiresAt, w: stored.version },
    });
    return true;
  }
  return false;
}
