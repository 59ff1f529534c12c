import type { Step, SweepResult } from '../shared-tier.ts';
import type { EventLog } from './event-log.ts';
import type { Reaping, ReapingParts } from './reaping.ts';
import { formatPlace, type Place, parsePlace } from './steps.ts';
import { sweepPatterns, sweepTagMarks } from './sweep-marks.ts';
import { type Swept, sweepChunks, sweepIndex, sweepLog, sweepMembers } from './sweep-phases.ts';

export interface SweepingParts extends ReapingParts {
  log: EventLog;
}

const phases = [sweepIndex, sweepMembers, sweepTagMarks, sweepPatterns, sweepChunks, sweepLog];

/** See `sweep` of EntryStore: each part of the namespace in turn. */
export class Sweeping {
  readonly #parts: SweepingParts;
  readonly #reaping: Reaping;

  constructor(parts: SweepingParts, reaping: Reaping) {
    this.#parts = parts;
    this.#reaping = reaping;
  }

  async sweep({ budget, cursor }: Step): Promise<SweepResult> {
    const { sequence, knowledge } = this.#parts;
    await knowledge.follow(await sequence.read());
    const result = { removed: 0, ghosts: 0, bytes: 0 };
    let place: Place | undefined = parsePlace(cursor);
    for (let left = Math.max(1, budget); left > 0 && place !== undefined; ) {
      const phase = phases[place.part];
      if (phase === undefined) break;
      const swept: Swept = await phase(this.#parts, this.#reaping, place, left);
      left -= Math.max(1, swept.looked);
      result.removed += swept.removed;
      result.ghosts += swept.ghosts;
      result.bytes += swept.bytes;
      if (swept.next !== undefined) place = { part: place.part, ...swept.next };
      else place = place.part + 1 < phases.length ? { part: place.part + 1, shard: 0 } : undefined;
    }
    return { ...result, ...(place === undefined ? {} : { cursor: formatPlace(place) }) };
  }
}
