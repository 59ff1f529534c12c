import { pipelineKind, type Schedule, type ScheduleRequest } from '../../contracts/schedules.ts';
import { isoTime } from '../../platform/clock.ts';
import { DomainError, notFound } from '../../platform/errors.ts';
import { refuseFields } from '../../platform/fields.ts';
import { derivedId } from '../../platform/ids.ts';
import type { Parts } from '../../platform/parts.ts';
import type { Stored } from '../../platform/table/item.ts';
import { keys } from '../../platform/table/keys.ts';
import type { ProjectService } from '../../projects/service.ts';
import { presets, resolved } from '../pipeline/presets.ts';
import { Dues } from './dues.ts';
import { localTime } from './local-time.ts';
import { type StoredEntry, type StoredSchedule, scheduleItem } from './model.ts';
import { daylightNote, nextDue, timingFault } from './next-due.ts';

type ServiceParts = Pick<Parts, 'table' | 'clock' | 'ids'>;

/** What runs by itself for a project. */
export class ScheduleService {
  readonly #parts: ServiceParts;
  readonly #projects: Pick<ProjectService, 'require'>;
  readonly #dues: Dues;

  constructor(parts: ServiceParts, projects: Pick<ProjectService, 'require'>) {
    this.#parts = parts;
    this.#projects = projects;
    this.#dues = new Dues(parts.table);
  }

  /** @throws DomainError not-found */
  async get(project: string): Promise<Schedule> {
    await this.#projects.require(project);
    const found = await this.#find(project);
    return this.#shown(found?.value.entries ?? proposed);
  }

  /** @throws DomainError not-found: the project, or the entry */
  async entry(project: string, id: string): Promise<StoredEntry> {
    await this.#projects.require(project);
    const entries = (await this.#find(project))?.value.entries ?? proposed;
    const entry = entries.find((each) => each.id === id);
    if (entry === undefined) throw notFound(`The entry ${id} of the schedule`);
    return entry;
  }

  /**
   * What is due is written before the schedule that it stands for: what is cut off between the two has changed nothing, and the
   * tick removes what is due by no schedule.
   *
   * @throws DomainError not-found; invalid-request for times that are none; conflict when it is changed by someone else just now
   */
  async put(project: string, { entries }: ScheduleRequest): Promise<Schedule> {
    const { table, clock, ids } = this.#parts;
    const now = clock();
    requireTimes(entries, now);
    await this.#projects.require(project);
    const current = await this.#find(project);
    const known = new Map(current?.value.entries.map((entry) => [entry.id, entry]));
    const next = entries.map((entry): StoredEntry => {
      const before = known.get(entry.id);
      return { ...entry, generation: before && hasSameTimes(before, entry) ? before.generation : ids(now) };
    });
    for (const entry of next) {
      if (!entry.enabled || known.get(entry.id)?.generation === entry.generation) continue;
      const atMs = nextDue(entry, now);
      if (atMs === undefined) continue;
      await this.#dues.put({ project, entryId: entry.id, generation: entry.generation, atMs, createdMs: now });
    }
    const value: StoredSchedule = { entries: next, updatedAt: isoTime(now) };
    const written =
      current === undefined
        ? await table.create(scheduleItem, keys.schedule(project), value)
        : await table.replace(current, value);
    if (written === undefined) throw new DomainError('conflict', 'The schedule was changed by someone else just now.');
    return this.#shown(next);
  }

  #find(project: string): Promise<Stored<StoredSchedule> | undefined> {
    return this.#parts.table.get(scheduleItem, keys.schedule(project));
  }

  #shown(entries: readonly StoredEntry[]): Schedule {
    const now = this.#parts.clock();
    return {
      entries: entries.map(({ generation: _, ...entry }) => entry),
      inForce: Object.fromEntries(entries.map(({ id, kind, settings }) => [id, resolved(kind, settings)])),
      next: entries.flatMap((entry) => {
        const at = entry.enabled ? nextDue(entry, now) : undefined;
        if (at === undefined) return [];
        const note = daylightNote(entry, at);
        const shown = { id: entry.id, at: isoTime(at), local: localTime(at, entry.timeZone) };
        return [note === undefined ? shown : { ...shown, note }];
      }),
    };
  }
}

/**
 * What a project has of which nobody has said anything. None of it is enabled: a run sends load to a service, and may change it,
 * which is for its owner to begin.
 */
const proposed: readonly StoredEntry[] = pipelineKind.exclude(['custom']).options.map((kind) => ({
  id: kind,
  kind,
  cron: presets[kind].cron,
  timeZone: 'UTC',
  enabled: false,
  settings: {},
  generation: derivedId(0, kind),
}));

function requireTimes(entries: ScheduleRequest['entries'], now: number): void {
  const fieldErrors = entries.flatMap((entry, index) => {
    const fault = timingFault(entry, now);
    return fault === undefined ? [] : [{ path: `body.entries.${index}.${fault.path}`, message: fault.message }];
  });
  if (fieldErrors.length > 0) refuseFields(fieldErrors);
}

const hasSameTimes = (one: StoredEntry, other: Omit<StoredEntry, 'generation'>): boolean =>
  one.cron === other.cron && one.timeZone === other.timeZone && one.enabled === other.enabled;
