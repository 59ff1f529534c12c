import { randomUUID } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { z } from 'zod';
import { isoTime } from '../../platform/clock.ts';
import type { HistoryTable } from '../../platform/table/history-table.ts';
import type { ItemType, Stored } from '../../platform/table/item.ts';
import { keys } from '../../platform/table/keys.ts';
import { LargeValues } from '../../platform/table/large-values.ts';
import { inParallel } from '../in-parallel.ts';
import type { Period } from '../period.ts';
import { type Level, levels } from './levels.ts';
import { type Rollup, rollup } from './rollup.ts';

/** What a listing shows of a rollup. */
const entry = z.object({
  start: z.number(),
  /** What of it is no list: a rollup that is small, as deflated JSON in base64. */
  summary: z.string(),
  /** The name of the version that has the lists. */
  details: z.string(),
});
export type RollupEntry = Stored<z.output<typeof entry>>;

const entryItem: ItemType<z.output<typeof entry>> = { name: 'TelemetryRollup', version: 1, schema: entry };
const detailsItem: ItemType<Rollup> = { name: 'TelemetryRollupDetails', version: 1, schema: rollup };

export interface RollupAt {
  project: string;
  level: Level;
  /** Epoch milliseconds. */
  start: number;
}

const readers = 6;
/** Of ISO times: `2026-01-31`, `2026-01`, `2026`. A partition has at most some thousand items. */
const spanCharacters: Record<Level, number> = { minute: 10, hour: 7, day: 4 };
const spanOf = (level: Level, start: number): string => isoTime(start).slice(0, spanCharacters[level]);

const keyOf = ({ project, level, start }: RollupAt) =>
  keys.telemetryRollup(project, level, spanOf(level, start), isoTime(start));

const pack = (value: Rollup): string => deflateRawSync(JSON.stringify(value)).toString('base64');
const unpack = (packed: string): Rollup =>
  rollup.parse(JSON.parse(inflateRawSync(Buffer.from(packed, 'base64')).toString('utf8')));

export class RollupStore {
  readonly #table: HistoryTable;
  readonly #details: LargeValues<Rollup>;

  constructor(table: HistoryTable) {
    this.#table = table;
    this.#details = new LargeValues(table, detailsItem);
  }

  get(at: RollupAt): Promise<RollupEntry | undefined> {
    return this.#table.get(entryItem, keyOf(at));
  }

  /**
   * Puts a rollup in the place of the one that was read, or of none. The lists are written before the entry that names them, so
   * that a reader finds the old rollup or the new one.
   *
   * @returns false when another was put there meanwhile
   */
  async put(
    at: RollupAt,
    current: RollupEntry | undefined,
    { summary, details, expiresAt }: { summary: Rollup; details: Rollup; expiresAt: number },
  ): Promise<boolean> {
    const version = randomUUID();
    await this.#details.create(this.#detailsKey(at, version), details, expiresAt);
    const value = { start: at.start, summary: pack(summary), details: version };
    const put =
      current === undefined
        ? await this.#table.create(entryItem, keyOf(at), value, { expiresAt })
        : await this.#table.replace(current, value, { expiresAt });
    const unneeded = put === undefined ? version : current?.value.details;
    if (unneeded !== undefined) await this.#details.delete(this.#detailsKey(at, unneeded));
    return put !== undefined;
  }

  /** What there is of a level, that begins within the period, without its lists. In order. */
  async summaries(project: string, level: Level, period: Period): Promise<{ start: number; summary: Rollup }[]> {
    const found: { start: number; summary: Rollup }[] = [];
    for await (const entry of this.entries(project, level, period)) {
      found.push({ start: entry.value.start, summary: unpack(entry.value.summary) });
    }
    return found;
  }

  /** The same with all lists, in order. No more than some of them are held at a time: they may be large. */
  async *details(project: string, level: Level, period: Period): AsyncGenerator<{ start: number; details: Rollup }> {
    let entries: RollupEntry[] = [];
    const read = () =>
      inParallel(entries, readers, async ({ value: { start, details } }) => ({
        start,
        details: await this.#detailsOf({ project, level, start }, details),
      }));
    for await (const entry of this.entries(project, level, period)) {
      entries.push(entry);
      if (entries.length < readers) continue;
      yield* present(await read());
      entries = [];
    }
    yield* present(await read());
  }

  /** @returns false when it was drawn anew since it was read; it is still there then */
  async delete(at: RollupAt, entry: RollupEntry): Promise<boolean> {
    if (!(await this.#table.deleteAsRead(entry))) return false;
    await this.#details.delete(this.#detailsKey(at, entry.value.details));
    return true;
  }

  /** What there is, unread. In order. */
  async *entries(project: string, level: Level, { from, to }: Period): AsyncGenerator<RollupEntry> {
    for (const span of spansOf(level, { from, to })) {
      const listing = keys.telemetryRollups(project, level, span);
      const between = [`${listing.prefix}${isoTime(from)}`, `${listing.prefix}${isoTime(to - 1)}`] as const;
      yield* this.#table.all(entryItem, listing, { between });
    }
  }

  /** @returns undefined when it was erased meanwhile */
  async #detailsOf(at: RollupAt, version: string): Promise<Rollup | undefined> {
    const found = await this.#details.get(this.#detailsKey(at, version));
    if (found !== undefined) return found.value;
    // It was replaced between the two reads.
    const newer = (await this.get(at))?.value.details;
    return newer === undefined || newer === version ? undefined : this.#detailsOf(at, newer);
  }

  #detailsKey({ project, level, start }: RollupAt, version: string) {
    return keys.telemetryRollupDetails(project, level, isoTime(start), version);
  }
}

function* present(
  read: readonly { start: number; details: Rollup | undefined }[],
): Generator<{ start: number; details: Rollup }> {
  for (const { start, details } of read) if (details !== undefined) yield { start, details };
}

/** Every partition that may have something of the period. */
function spansOf(level: Level, { from, to }: Period): string[] {
  const spans: string[] = [];
  const { ms } = levels[level];
  for (let at = from; at < to; at += ms) {
    const span = spanOf(level, at);
    if (span !== spans.at(-1)) spans.push(span);
  }
  const last = spanOf(level, to - 1);
  if (from < to && last !== spans.at(-1)) spans.push(last);
  return spans;
}
