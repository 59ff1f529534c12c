import type { CacheClock } from '../clock.ts';
import type { Invalidation } from '../invalidations.ts';
import { numberIn, numberOr0 } from './attributes.ts';
import type { EventLog } from './event-log.ts';
import { type Head, headOf } from './head.ts';
import { inParallel } from './in-parallel.ts';
import type { Layout } from './layout.ts';
import type { LivePatterns } from './live-patterns.ts';
import { markItem } from './mark-item.ts';
import type { Table } from './table.ts';

export interface TrimParts {
  table: Table;
  layout: Layout;
  log: EventLog;
  patterns: LivePatterns;
  clock: CacheClock;
  maxLogEvents: number;
}

const LEFT_ELEMENTS = 4;
const FORGOTTEN_AT_ONCE = 100;

/** Writes the marks of the oldest events in the head, copies them to the log, and removes them from the head: in this order. */
export async function trimHead(parts: TrimParts, head: Head): Promise<Head | undefined> {
  const { table, layout, log, maxLogEvents } = parts;
  const moved = head.newest.slice(0, Math.max(1, head.newest.length - LEFT_ELEMENTS));
  const last = moved.at(-1);
  if (last === undefined) return head;
  const { after, events } = await log.resolve(head.base, last.last, moved);
  await applyEvents(parts, events);
  await log.keep(moved);
  // Events whose words are lost cannot be applied: everything is within them.
  const lost = after > head.base ? after : 0;
  const lastClear = (soft: boolean) =>
    events.reduce((most, event) => (event.kind === 'clear' && event.soft === soft ? event.sequence : most), 0);
  // The floor rises by a tenth at a time: so the log's items are removed many at a time.
  const isLong = last.last - head.floor > maxLogEvents * 1.1;
  const floor = Math.max(head.floor, lost, isLong ? last.last - maxLogEvents : 0);
  // From behind, since an emulator removes one after the other.
  const places = moved.map((_, at) => `w[${moved.length - 1 - at}]`);
  const item = await table.update(layout.head, {
    change: `SET b = :last, f = :f, c = :c, d = :d REMOVE ${places.join(', ')}`,
    condition: 'b = :b',
    values: {
      b: head.base,
      last: last.last,
      f: floor,
      c: Math.max(head.clear, lastClear(false), lost),
      d: Math.max(head.softClear, lastClear(true)),
    },
    answer: 'ALL_NEW',
  });
  if (item !== undefined && floor > head.floor) await log.forget(floor, FORGOTTEN_AT_ONCE);
  return item && headOf(item);
}

/** Writes marks so that who does not know the log knows what the events killed. May be repeated. */
async function applyEvents(parts: TrimParts, events: readonly Invalidation[]): Promise<void> {
  const tags = new Map<string, Invalidation>();
  const keys = new Map<string, Invalidation>();
  for (const event of events) {
    const marks = event.kind === 'tags' ? tags : event.kind === 'keys' ? keys : undefined;
    // Of several events the last one counts: their order is that of the log.
    for (const value of event.values) marks?.set(`${event.soft ? 's' : 'h'}${value}`, event);
    if (event.kind === 'pattern') await parts.patterns.confirm(event, false);
  }
  await inParallel([...tags], ([tag, event]) => markTag(parts, tag.slice(1), event));
  await markKeys(parts, keys);
}

/** Not when it is reaped already: then nothing is left that needs it. */
async function markTag({ table, layout }: TrimParts, tag: string, { sequence, soft }: Invalidation): Promise<void> {
  const [mark, reaped] = soft ? ['z', 'y'] : ['h', 'r'];
  await table.update(layout.tagMark(tag), {
    change: `SET ${mark} = :n REMOVE expiresAt`,
    condition: `(attribute_not_exists(${mark}) OR ${mark} < :n) AND (attribute_not_exists(${reaped}) OR ${reaped} < :n)`,
    values: { n: sequence },
  });
}

async function markKeys({ table, layout, clock }: TrimParts, keys: ReadonlyMap<string, Invalidation>): Promise<void> {
  const marked = [...keys].map(([name, event]) => ({ key: name.slice(1), event }));
  const items = await table.getMany(
    marked.map(({ key }) => layout.entry(key)),
    'b, m, u, g',
  );
  await inParallel(marked, async ({ key, event: { sequence, soft } }, at) => {
    const item = items[at];
    const name = soft ? 'u' : 'm';
    const born = numberIn(item, 'b');
    const isGone = (born === undefined || born >= sequence) && numberOr0(item, 'g') >= sequence;
    if (isGone || numberOr0(item, name) >= sequence) return;
    await markItem(table, layout.entry(key), name, sequence, clock.now());
  });
}
