import { AuditRecords } from '../../platform/audit/records.ts';
import { isoTime } from '../../platform/clock.ts';
import { derivedId } from '../../platform/ids.ts';
import type { Parts } from '../../platform/parts.ts';
import type { Stored } from '../../platform/table/item.ts';
import { keys } from '../../platform/table/keys.ts';
import { resolved } from '../pipeline/presets.ts';
import { PipelineRuns, type Planned } from '../pipeline/runs.ts';
import { Dues } from './dues.ts';
import { LastRuns } from './last-runs.ts';
import { type Claim, type StoredDue, type StoredEntry, scheduleItem } from './model.ts';
import { daylightNote, newestDue, nextDue } from './next-due.ts';

type TickParts = Pick<Parts, 'table' | 'clock' | 'log'>;

/** No function that changes a schedule runs longer: what is due by a schedule that is not there after this never will be. */
const writesWithinMs = 2 * 60_000;
const budgetMs = 25_000;

/**
 * Starts what is due by the schedules. Each time that is due is claimed by a conditional write, which decides all that follows;
 * whoever is cut off after it is followed by one who does the same again: the run has its id by the entry and the time.
 */
export class ScheduleTick {
  readonly #parts: TickParts;
  readonly #dues: Dues;
  readonly #lastRuns: LastRuns;
  readonly #runs: PipelineRuns;
  readonly #audit: AuditRecords;

  constructor(parts: TickParts) {
    this.#parts = parts;
    this.#dues = new Dues(parts.table);
    this.#lastRuns = new LastRuns(parts.table);
    this.#runs = new PipelineRuns(parts);
    this.#audit = new AuditRecords(parts);
  }

  /** @returns how many runs there are by it, those that were skipped included */
  async startDue(): Promise<number> {
    const { clock, log } = this.#parts;
    const began = clock();
    let started = 0;
    for await (const due of this.#dues.until(began)) {
      if (clock() - began > budgetMs) break;
      const { project, entryId } = due.value;
      try {
        started += await this.#start(due, began);
      } catch (error) {
        // One that cannot be started now keeps none of the others from it; it is due still in a minute.
        log.error('What was due could not be started', { project, entryId, error });
      }
    }
    return started;
  }

  async #start(due: Stored<StoredDue>, now: number): Promise<number> {
    const claimed = due.value.claim === undefined ? await this.#claimed(due, now) : due;
    if (claimed?.value.claim === undefined) return 0;
    const { claim, project, entryId, generation } = claimed.value;
    await this.#make({ ...claim, project }, entryId);
    if (claim.nextAtMs !== undefined) {
      await this.#dues.put({ project, entryId, generation, atMs: claim.nextAtMs, createdMs: now });
    }
    await this.#dues.remove(claimed);
    return 1;
  }

  /** @returns undefined when it is due no more, or somebody else has claimed it */
  async #claimed(due: Stored<StoredDue>, now: number): Promise<Stored<StoredDue> | undefined> {
    const { project, entryId, generation, createdMs } = due.value;
    const schedule = await this.#parts.table.get(scheduleItem, keys.schedule(project));
    const entry = schedule?.value.entries.find(({ id }) => id === entryId);
    if (entry?.enabled && entry.generation === generation) {
      return this.#dues.claim(due, { ...due.value, claim: claimOf(due.value, entry, now) });
    }
    if (now - createdMs > writesWithinMs) await this.#dues.remove(due);
    return undefined;
  }

  async #make(planned: Planned, entryId: string): Promise<void> {
    const { project, checkId } = planned;
    const lastId = await this.#lastRuns.of(project, entryId);
    // One that was noted already, and not begun, is this one.
    const last = lastId === undefined || lastId === checkId ? undefined : await this.#runs.find(project, lastId);
    if (last !== undefined && last.endedAt === undefined && last.deadlineMs > this.#parts.clock()) {
      await this.#runs.skip(planned, `overlapping: the run ${lastId} still went on`);
      return;
    }
    await this.#lastRuns.note(project, entryId, checkId);
    await this.#audit.note(
      {
        actor: { kind: 'headroom', id: 'schedule', name: `schedule ${entryId}` },
        operation: 'startCheck',
        projects: [project],
        resource: `/v1/projects/${project}/checks/${checkId}`,
      },
      // It is tried until it is, each minute.
      { state: 'made' },
      checkId,
    );
    await this.#runs.begin(planned);
  }
}

function claimOf({ project, entryId, atMs }: StoredDue, entry: StoredEntry, now: number): Claim {
  const { at, missed } = newestDue(entry, atMs, now);
  const note = daylightNote(entry, at);
  const nextAtMs = nextDue(entry, at);
  return {
    checkId: derivedId(at, `pipeline ${project} ${entryId} ${isoTime(at)}`),
    pipeline: entry.kind,
    settings: resolved(entry.kind, entry.settings),
    scheduledBy: { scheduleId: entryId, scheduledFor: isoTime(at), missed, ...(note === undefined ? {} : { note }) },
    ...(nextAtMs === undefined ? {} : { nextAtMs }),
  };
}
