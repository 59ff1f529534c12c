import type {
  Actor,
  OptimizationRun,
  OptimizationRunRequest,
  OptimizationRunSummary,
  RollbackRequest,
  RunStatus,
} from '../../contracts/optimization-runs.ts';
import type { Page, PageQuery } from '../../contracts/page.ts';
import type { LoadService } from '../../load/service.ts';
import { isoTime } from '../../platform/clock.ts';
import { DomainError, notFound } from '../../platform/errors.ts';
import { earlierWorkId, workId } from '../../platform/idempotency.ts';
import type { Parts } from '../../platform/parts.ts';
import type { Stored } from '../../platform/table/item.ts';
import { keys } from '../../platform/table/keys.ts';
import type { ProjectService } from '../../projects/service.ts';
import type { Appliers } from '../applier.ts';
import type { Found, Planner } from '../planning/planner.ts';
import { runPlanOf } from '../planning/run-plan.ts';
import { advanceMessage } from './advance-message.ts';
import { runOf, shownStatus, summaryOf } from './answer.ts';
import type { ChangeWriter } from './change-writer.ts';
import { hasToPutBack, reopened } from './course.ts';
import { driftOf, keptChanges } from './drift.ts';
import { estimatedSeconds } from './estimate.ts';
import type { Freezes } from './freezes.ts';
import type { ProjectLocks } from './locks.ts';
import { marginOf } from './margins.ts';
import { roundOf } from './measuring/rounds.ts';
import { testOfRound } from './measuring/test-of-round.ts';
import { type Halt, hasEnded, retentionMs, runItem, type StoredRun } from './model.ts';

type RunParts = Pick<Parts, 'table' | 'clock' | 'ids'>;

export interface RunServices {
  projects: Pick<ProjectService, 'require'>;
  planner: Pick<Planner, 'find'>;
  appliers: Appliers;
  loadTests: Pick<LoadService, 'requireRunnable'>;
  writer: ChangeWriter;
  freezes: Freezes;
  locks: ProjectLocks;
}

const approvalMs = 24 * 60 * 60 * 1000;

/** Runs of optimizations: planned, started, shown, approved, rolled back. Their worker leads them. */
export class OptimizationRuns {
  readonly #parts: RunParts;
  readonly #services: RunServices;

  constructor(parts: RunParts, services: RunServices) {
    this.#parts = parts;
    this.#services = services;
  }

  /**
   * Plans a run and stores it. One that is to begin does so with the message that is stored with it.
   * @throws DomainError not-found; conflict when changes are frozen, another run is under way (which, is said), or the idempotency key was used for
   *   another request; and why no load test may be run, where one is to measure
   */
  async start(
    project: string,
    request: OptimizationRunRequest,
    by: Actor,
    idempotencyKey: string | undefined,
  ): Promise<OptimizationRun> {
    const { table } = this.#parts;
    const work = { scope: `optimization-run#${project}`, idempotencyKey, request };
    const known = await earlierWorkId(this.#parts, work);
    const earlier = known && (await table.get(runItem, keys.optimizationRun(project, known)));
    if (earlier) return this.#shown(earlier.value);
    await this.#services.projects.require(project);
    if (!request.dryRun) await this.#requireStartable(project, request, known);
    const found = await this.#services.planner.find(project, request.profileId);
    const runId = known ?? (await workId(this.#parts, work));
    const run = this.#planned({ runId, project, request, by }, found);
    if (run.status === 'queued') await this.#reserve(run);
    const created = await table.create(runItem, keys.optimizationRun(project, runId), run, {
      pending: run.status === 'queued' ? [advanceMessage(run)] : [],
      expiresAt: this.#parts.clock() + retentionMs,
    });
    return created === undefined ? this.get(project, runId) : this.#shown(run);
  }

  /** @throws DomainError not-found */
  async get(project: string, runId: string): Promise<OptimizationRun> {
    return this.#shown((await this.#find(project, runId)).value);
  }

  /** @throws DomainError not-found */
  async list(project: string, query: PageQuery): Promise<Page<OptimizationRunSummary>> {
    const { table, clock } = this.#parts;
    await this.#services.projects.require(project);
    const page = await table.page(runItem, keys.optimizationRuns(project), query, 'descending');
    return { ...page, items: page.items.map((run) => summaryOf(run, clock())) };
  }

  /** @throws DomainError not-found; conflict when it does not wait for approval, or may not begin now */
  async approve(project: string, runId: string, by: Actor): Promise<{ runId: string; status: RunStatus }> {
    const { table, clock } = this.#parts;
    const current = await this.#find(project, runId);
    const status = shownStatus(current.value, clock());
    if (status !== 'awaiting-approval') throw new DomainError('conflict', `The run is ${status}.`);
    await this.#requireFree(project);
    await this.#reserve(current.value);
    const { turn } = current.value;
    const next: StoredRun = {
      ...current.value,
      status: 'queued',
      approvedBy: by,
      turn: turn + 1,
      approveByMs: undefined,
    };
    const written = await table.replace(current, next, { pending: [advanceMessage(next)] });
    if (written === undefined) throw new DomainError('conflict', 'The run was approved by someone else just now.');
    return { runId, status: 'queued' };
  }

  /**
   * Puts back all that a run has changed. Of one that is under way, its worker does so next.
   * @throws DomainError not-found; conflict when there is nothing to put back, or another run is under way
   */
  async rollback(
    project: string,
    runId: string,
    { force, reason }: RollbackRequest,
    by: Actor,
  ): Promise<{ runId: string; status: RunStatus }> {
    const { table } = this.#parts;
    const halt: Halt = { scope: 'all', reason: reason ?? `${by.name} asked for it.`, force, by };
    for (;;) {
      const current = await this.#find(project, runId);
      const next = await this.#rollingBack(current.value, halt);
      // Also of a run that is under way: it may be waiting, and is not to wait for its slices. Two messages of one turn do as one does.
      const written = await table.replace(current, next, { pending: [advanceMessage(next)] });
      // Whoever leads the run may have gone on meanwhile.
      if (written !== undefined) return { runId, status: 'rolling-back' };
    }
  }

  async #rollingBack(run: StoredRun, halt: Halt): Promise<StoredRun> {
    const status = shownStatus(run, this.#parts.clock());
    if (status === 'rolling-back') return { ...run, halt: insisting(run, halt) };
    if (status === 'queued' || status === 'running') return { ...run, halt };
    if (!hasEnded(run) || !hasToPutBack(run)) {
      throw new DomainError('conflict', `The run is ${status}, and has changed nothing that could be put back.`);
    }
    await this.#reserve(run);
    const next = reopened(run, halt);
    return { ...next, turn: run.turn + 1 };
  }

  #planned(
    { runId, project, request, by }: Pick<StoredRun, 'runId' | 'project' | 'request'> & { by: Actor },
    found: Found,
  ): StoredRun {
    const now = this.#parts.clock();
    const { profile } = found;
    const plan = runPlanOf(found, request, this.#services.appliers);
    const status = request.dryRun ? 'planned' : request.approve === 'manual' ? 'awaiting-approval' : 'queued';
    return {
      runId,
      project,
      request,
      requestedBy: by,
      createdAt: isoTime(now),
      status,
      turn: 0,
      at: { step: 'begin' },
      ...plan,
      units: plan.plannedOptimizations.map(() => ({ status: 'waiting', begun: 0, written: 0 })),
      conflicts: [],
      marginPercent: marginOf(profile?.level ?? found.project.level),
      estimatedDurationSeconds: estimatedSeconds(plan.plannedOptimizations, request.verify),
      ...(profile?.targetMetrics === undefined ? {} : { targetMetrics: profile.targetMetrics }),
      ...(status === 'awaiting-approval' ? { approveByMs: now + approvalMs } : {}),
    };
  }

  async #requireStartable(
    project: string,
    { verify }: OptimizationRunRequest,
    ownId: string | undefined,
  ): Promise<void> {
    await this.#requireFree(project, ownId);
    if (verify.mode !== 'load-test') return;
    // Told to who asks, rather than found by the first round.
    const test = testOfRound(verify, roundOf(0, 'experiment', verify, ''), 0);
    await this.#services.loadTests.requireRunnable(project, test);
  }

  /** @param ownId of a run whose start was cut off, and may have left its lock */
  async #requireFree(project: string, ownId?: string): Promise<void> {
    const reason = await this.#services.freezes.reason(project);
    if (reason !== undefined) throw new DomainError('conflict', reason);
    const holder = await this.#services.locks.holder(project);
    if (holder !== undefined && holder !== ownId) throw otherRun(holder);
  }

  /** The lock is the run's before it is told to begin: of two that are started at once, one is refused. */
  async #reserve({ project, runId }: StoredRun): Promise<void> {
    const holder = await this.#services.locks.reserve(project, runId);
    if (holder !== undefined) throw otherRun(holder);
  }

  async #shown(run: StoredRun): Promise<OptimizationRun> {
    const shown = runOf(run, this.#parts.clock());
    const kept = hasEnded(run) ? keptChanges(run) : [];
    if (kept.length === 0) return shown;
    const looked = await Promise.all(kept.map((each) => driftOf(this.#services.writer, run.project, each)));
    return { ...shown, drifted: looked.filter((drift) => drift !== undefined) };
  }

  async #find(project: string, runId: string): Promise<Stored<StoredRun>> {
    const found = await this.#parts.table.get(runItem, keys.optimizationRun(project, runId));
    if (found === undefined) throw notFound(`The run ${runId}`);
    return found;
  }
}

/** Force that was given once is not taken back; given later, it is for what is already in the way, too. */
function insisting({ halt: earlier, conflicts }: StoredRun, halt: Halt): Halt {
  if (earlier?.force === true) return { ...halt, force: true, ...(earlier.again ? { again: true } : {}) };
  return halt.force && conflicts.length > 0 ? { ...halt, again: true } : halt;
}

const otherRun = (runId: string): DomainError =>
  new DomainError('conflict', `The run ${runId} is changing things of the project: one at a time.`);
