import type { MemorySweep, MemorySweepRequest, MemorySweepSummary } from '../../../contracts/memory-sweeps.ts';
import type { Actor } from '../../../contracts/optimization-runs.ts';
import type { Page, PageQuery } from '../../../contracts/page.ts';
import { isoTime } from '../../../platform/clock.ts';
import { DomainError, notFound } from '../../../platform/errors.ts';
import { earlierWorkId, workId } from '../../../platform/idempotency.ts';
import type { Parts } from '../../../platform/parts.ts';
import type { Stored } from '../../../platform/table/item.ts';
import { keys } from '../../../platform/table/keys.ts';
import type { ProjectService } from '../../../projects/service.ts';
import { Random } from '../../../statistics/random.ts';
import { prices } from '../../modules/aws/prices.ts';
import type { Freezes } from '../../runs/freezes.ts';
import type { ProjectLocks } from '../../runs/locks.ts';
import { retentionMs } from '../../runs/model.ts';
import { judgeSweep, type SweepResult } from './choice.ts';
import { brokenOff, type StoredSweep, sweepItem, sweepMessage } from './stored.ts';
import type { MemorySweeper } from './sweeper.ts';

export interface SweepServices {
  projects: Pick<ProjectService, 'require'>;
  sweeper: MemorySweeper;
  freezes: Freezes;
  locks: ProjectLocks;
}

/** Starts memory sweeps and shows them. */
export class MemorySweeps {
  readonly #parts: Pick<Parts, 'table' | 'clock' | 'ids'>;
  readonly #services: SweepServices;

  constructor(parts: Pick<Parts, 'table' | 'clock' | 'ids'>, services: SweepServices) {
    this.#parts = parts;
    this.#services = services;
  }

  /**
   * @throws DomainError not-found; forbidden when the project does not name the function, or it lacks the tag; invalid-request when the
   * payload is no JSON; conflict when changes are frozen, or a run or a sweep of the project is under way
   */
  async start(
    project: string,
    request: MemorySweepRequest,
    by: Actor,
    idempotencyKey: string | undefined,
  ): Promise<StoredSweep> {
    const { table, clock } = this.#parts;
    const { projects, sweeper, freezes, locks } = this.#services;
    const work = { scope: `memory-sweep#${project}`, idempotencyKey, request };
    const known = await earlierWorkId(this.#parts, work);
    const earlier = known && (await table.get(sweepItem, keys.memorySweep(project, known)));
    if (earlier) return earlier.value;
    await projects.require(project);
    const reason = await freezes.reason(project);
    if (reason !== undefined) throw new DomainError('conflict', reason);
    const { function: resource, payload, rounds, maxMemoryUsedMb } = request;
    const { sweep, architecture } = await sweeper.begin({
      project,
      resource,
      payload,
      rounds,
      ...(maxMemoryUsedMb === undefined ? {} : { maxMemoryUsedMb }),
    });
    const sweepId = known ?? (await workId(this.#parts, work));
    const usdPerGbSecond = prices.lambda.gbSecond[architecture];
    const now = clock();
    const value: StoredSweep = { sweepId, requestedBy: by, createdAt: isoTime(now), sweep, usdPerGbSecond, turn: 0 };
    const key = keys.memorySweep(project, sweepId);
    const holder = await locks.reserve(project, sweepId);
    if (holder !== undefined) {
      const why = `A run of optimizations, or a memory sweep, of the project is under way: ${holder}.`;
      throw new DomainError('conflict', why);
    }
    const options = { expiresAt: now + retentionMs, pending: [sweepMessage(value)] };
    const created = await table.create(sweepItem, key, value, options);
    return (created ?? (await this.#find(project, sweepId))).value;
  }

  /** @throws DomainError not-found */
  async get(project: string, sweepId: string): Promise<MemorySweep> {
    const { value } = await this.#find(project, sweepId);
    const result = value.sweep.samples.length === 0 ? undefined : resultOf(value);
    return { ...summaryOf(value), ...(result === undefined ? {} : { result }) };
  }

  /** @throws DomainError not-found */
  async list(project: string, query: PageQuery): Promise<Page<MemorySweepSummary>> {
    await this.#services.projects.require(project);
    const page = await this.#parts.table.page(sweepItem, keys.memorySweeps(project), query, 'descending');
    return { ...page, items: page.items.map(summaryOf) };
  }

  /** What it published is taken away by its worker. @throws DomainError not-found; conflict when it has ended */
  async cancel(project: string, sweepId: string, by: Actor): Promise<void> {
    for (;;) {
      const current = await this.#find(project, sweepId);
      if (current.value.endedAt !== undefined) throw new DomainError('conflict', 'The sweep has ended.');
      const next = brokenOff(current.value, `${by.name} has cancelled it.`);
      // Whoever leads it may have gone on meanwhile.
      if ((await this.#parts.table.replace(current, next)) !== undefined) return;
    }
  }

  async #find(project: string, sweepId: string): Promise<Stored<StoredSweep>> {
    const found = await this.#parts.table.get(sweepItem, keys.memorySweep(project, sweepId));
    if (found === undefined) throw notFound(`The memory sweep ${sweepId}`);
    return found;
  }
}

/** The same for the same samples: intervals are drawn by a seed. */
export const resultOf = ({ sweep: { samples }, usdPerGbSecond }: StoredSweep): SweepResult =>
  judgeSweep(samples, { usdPerGbSecond, random: new Random(1) });

function summaryOf({ sweepId, requestedBy, createdAt, endedAt, sweep }: StoredSweep): MemorySweepSummary {
  const { project, resource, problems, originalMb, sizes } = sweep;
  const isWhole = sweep.samples.length >= sizes.length * sweep.rounds;
  return {
    sweepId,
    project,
    function: resource,
    status: endedAt === undefined ? 'running' : isWhole ? 'completed' : 'failed',
    progressPercent: endedAt === undefined ? progressOf(sweep) : 100,
    requestedBy,
    createdAt,
    ...(endedAt === undefined ? {} : { endedAt }),
    presentMb: originalMb,
    sizesMb: sizes,
    problems,
  };
}

/** Publishing and taking away are a tenth each: they wait for Lambda. */
function progressOf({ phase, sizes, versions, samples, rounds }: StoredSweep['sweep']): number {
  if (phase === 'publishing') return Math.round((10 * versions.length) / sizes.length);
  if (phase === 'measuring') return 10 + Math.round((80 * samples.length) / (sizes.length * rounds));
  return phase === 'restoring' ? 10 : 90;
}
