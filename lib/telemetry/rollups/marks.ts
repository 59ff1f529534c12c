import { createHash } from 'node:crypto';
import { z } from 'zod';
import { isoTime } from '../../platform/clock.ts';
import type { HistoryTable } from '../../platform/table/history-table.ts';
import type { ItemType, Stored } from '../../platform/table/item.ts';
import { keys } from '../../platform/table/keys.ts';
import { type Level, levelNames, levels } from './levels.ts';

const dueItem: ItemType<Due> = {
  name: 'TelemetryDue',
  version: 1,
  schema: z.object({ project: z.string(), level: z.enum(levelNames), start: z.number(), due: z.number() }),
};

/** A minute, an hour or a day that is to be drawn anew. Times in epoch milliseconds. */
export interface Due {
  project: string;
  level: Level;
  start: number;
  due: number;
}

const minuteMs = 60_000;
/**
 * Whoever writes does so within this time after it asked for a mark: no function that writes telemetry runs longer than half
 * of it, and the rest is for clocks that differ. So what a mark stands for is all there when it is due.
 */
const writesWithinMs = 2 * minuteMs;
/** The rollups that wait longer, because nothing was drawn for days, are given up. */
const keptMs = 3 * 24 * 60 * minuteMs;

export const dueShards = 16;
const shardOf = (project: string): number => createHash('sha256').update(project).digest().readUInt32BE() % dueShards;

/**
 * Which rollups do not hold all that they should. Whoever is about to write what one is drawn from marks it first; the mark
 * goes when it was drawn anew after the writing was done. What has no mark is complete.
 */
export class Marks {
  readonly #table: HistoryTable;
  /** Of those that this process knows to be there, by the time that they are due. */
  readonly #known = new Map<string, number>();

  constructor(table: HistoryTable) {
    this.#table = table;
  }

  /** When this resolves, the mark is there. */
  async mark(project: string, level: Level, start: number, now: number): Promise<void> {
    const { ms, settlesAfterMs } = levels[level];
    // To the minute, so that one mark serves all who write in it.
    const due = Math.ceil(Math.max(start + ms + settlesAfterMs, now + writesWithinMs) / minuteMs) * minuteMs;
    const key = keys.telemetryDue(shardOf(project), isoTime(due), project, level, isoTime(start));
    if (this.#known.has(key.sk)) return;
    await this.#table.create(dueItem, key, { project, level, start, due }, { expiresAt: due + keptMs });
    for (const [known, until] of this.#known) if (until < now) this.#known.delete(known);
    this.#known.set(key.sk, due);
  }

  /** Of one project: what is not complete. */
  async of(project: string): Promise<Due[]> {
    const marks: Due[] = [];
    for await (const { value } of this.#table.all(dueItem, keys.telemetryDues(shardOf(project)))) {
      if (value.project === project) marks.push(value);
    }
    return marks;
  }

  /** What is to be drawn by now, of all projects of a shard, the longest due first. */
  async *due(shard: number, now: number): AsyncGenerator<Stored<Due>> {
    for await (const mark of this.#table.all(dueItem, keys.telemetryDues(shard))) {
      if (mark.value.due > now) return;
      yield mark;
    }
  }

  async remove({ key }: Stored<Due>): Promise<void> {
    await this.#table.delete(key);
  }
}
