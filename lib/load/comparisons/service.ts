import type { Comparison, ComparisonRequest, ComparisonSummary } from '../../contracts/comparisons.ts';
import type { LoadTestStatus } from '../../contracts/load.ts';
import type { LoadCost } from '../../contracts/load-result.ts';
import type { Page, PageQuery } from '../../contracts/page.ts';
import { isoTime } from '../../platform/clock.ts';
import { DomainError, notFound } from '../../platform/errors.ts';
import { earlierWorkId, workId } from '../../platform/idempotency.ts';
import { keys } from '../../platform/table/keys.ts';
import type { ProjectService } from '../../projects/service.ts';
import type { AskConcurrency } from '../account-concurrency.ts';
import { estimateOf, overheadSeconds, usualRequestBytes } from '../cost.ts';
import { requireSendable } from '../engine-scenarios.ts';
import { comparisonLevel, slicePlanOf } from '../kinds/comparison-slices.ts';
import { requestsPerArrival } from '../kinds/requests-per-arrival.ts';
import { type RunTarget, retentionMs, type StoredRun } from '../model.ts';
import {
  engineTarget,
  fleetUseOf,
  intervalSecondsOf,
  namesOf,
  requireConcurrency,
  socketsPerWorker,
  timelineSecondsOf,
  workersOf,
} from '../plan.ts';
import { LoadQuotas } from '../quota.ts';
import { type RunParts, type RunPlan, Runs, summaryOf } from '../runs.ts';
import { requireTestingPolicy } from '../testing-policy.ts';
import { comparisonItem, type StoredComparison } from './model.ts';

/** Between two slices: workers tell that they are done, and see when the next begins. */
const pauseSeconds = 2.5;

export interface StartedComparison {
  comparisonId: string;
  status: LoadTestStatus;
  /** What it is expected to cost. */
  cost?: LoadCost | undefined;
}

/** Comparisons: one run whose slices go to one configuration after the other. */
export class ComparisonService {
  readonly #parts: RunParts;
  readonly #projects: ProjectService;
  readonly #runs: Runs;
  readonly #concurrency: AskConcurrency;
  readonly #quotas: LoadQuotas;

  /** @param concurrency of the account */
  constructor(parts: RunParts, projects: ProjectService, concurrency: AskConcurrency) {
    this.#parts = parts;
    this.#concurrency = concurrency;
    this.#projects = projects;
    this.#runs = new Runs(parts);
    this.#quotas = new LoadQuotas(parts);
  }

  /** @throws DomainError not-found, target-not-allowed, target-not-verified, testing-policy-unread, invalid-request, quota-exceeded */
  async start(request: ComparisonRequest, idempotencyKey: string | undefined): Promise<StartedComparison> {
    const { table, clock } = this.#parts;
    const { configurations } = request;
    const project = configurations[0]?.project ?? '';
    const work = { scope: `comparison#${project}`, idempotencyKey, request };
    const known = await earlierWorkId(this.#parts, work);
    const run = known && (await this.#runs.find(project, known));
    if (run) return { comparisonId: run.testId, status: run.status, cost: run.cost };
    const plan = await this.#plan(request);
    const comparisonId = known ?? (await workId(this.#parts, work));
    const now = clock();
    const comparison: StoredComparison = {
      comparisonId,
      project,
      configurations,
      createdAt: isoTime(now),
    };
    // Before the run, so that one that is under way can always be found.
    await table.create(comparisonItem, keys.comparison(comparisonId), comparison, { expiresAt: now + retentionMs.run });
    const status = await this.#runs.create(comparisonId, plan, { kind: 'comparison', request });
    return { comparisonId, status, cost: plan.cost };
  }

  /** @throws DomainError not-found */
  async get(comparisonId: string): Promise<Comparison> {
    const comparison = await this.require(comparisonId);
    const { run, request, result } = await this.#runs.get(comparison.project, comparisonId);
    if (request.kind !== 'comparison') throw notFound(`The comparison ${comparisonId}`);
    return {
      ...comparisonSummaryOf(comparison, run, this.#parts.clock()),
      request: request.request,
      ...(result?.kind === 'comparison' ? { result: result.result } : {}),
    };
  }

  /** @param visible whether the caller may see comparisons of all these projects */
  async list(query: PageQuery, visible: (projects: readonly string[]) => boolean): Promise<Page<ComparisonSummary>> {
    const { table, clock } = this.#parts;
    const page = await table.page(comparisonItem, keys.comparisons(), query, 'descending');
    const seen = page.items.filter(({ configurations }) => visible(configurations.map(({ project }) => project)));
    const items = await Promise.all(
      seen.map(async (comparison): Promise<ComparisonSummary | undefined> => {
        const run = await this.#runs.find(comparison.project, comparison.comparisonId);
        // Who asked for it was never told of one that has none.
        return run && comparisonSummaryOf(comparison, run, clock());
      }),
    );
    return { ...page, items: items.filter((item) => item !== undefined) };
  }

  /** @throws DomainError not-found, conflict when it has ended already */
  async cancel(comparisonId: string): Promise<{ comparisonId: string; status: LoadTestStatus }> {
    const { project } = await this.require(comparisonId);
    return { comparisonId, status: await this.#runs.cancel(project, comparisonId) };
  }

  /** @throws DomainError not-found */
  async require(comparisonId: string): Promise<StoredComparison> {
    const found = await this.#parts.table.get(comparisonItem, keys.comparison(comparisonId));
    if (found === undefined) throw notFound(`The comparison ${comparisonId}`);
    return found.value;
  }

  async #plan(request: ComparisonRequest): Promise<RunPlan> {
    const { configurations, arrivalRate, timeoutMs } = request;
    const targets: RunTarget[] = [];
    for (const { name, project, baseUrl } of configurations) {
      const target = await this.#projects.requireTarget(project, baseUrl);
      targets.push({ ...target, addresses: [...target.addresses], project, configuration: name });
    }
    const [first] = targets;
    if (first === undefined) throw new DomainError('invalid-request', 'There is nothing to compare.');
    requireTestingPolicy(targets, this.#parts.configuration);
    for (const target of targets) requireSendable(request, engineTarget(target), target.basePath);
    const load = {
      model: arrivalRate === undefined ? ('closed' as const) : ('open' as const),
      peak: comparisonLevel(request),
      names: namesOf(request.scenarios),
    };
    const workers = workersOf(load, request.workers, this.#parts.configuration.loadWorkers);
    const intervalSeconds = intervalSecondsOf(load, workers);
    const { rounds, sliceSeconds } = slicePlanOf(request, intervalSeconds);
    const demand = { ...load, plannedSeconds: rounds * targets.length * (sliceSeconds + pauseSeconds) };
    if (demand.model === 'closed' && demand.peak > workers * socketsPerWorker) {
      const least = Math.ceil(demand.peak / socketsPerWorker);
      throw new DomainError('invalid-request', `${demand.peak} users need at least ${least} workers.`, {
        fieldErrors: [{ path: 'body.workers', message: `must be at least ${least}` }],
      });
    }
    requireConcurrency(workers, await this.#concurrency());
    const requestsAllowed: Record<string, number> = {};
    const ofEach =
      demand.model === 'open' ? rounds * sliceSeconds * demand.peak * requestsPerArrival(request.scenarios) : undefined;
    for (const project of new Set(targets.map((target) => target.project))) {
      const share = targets.filter((target) => target.project === project).length;
      const planned = ofEach && share * ofEach;
      requestsAllowed[project] = await this.#quotas.require(project, demand, planned);
    }
    const fleet = { workers, intervalSeconds, names: demand.names, kind: 'comparison' as const };
    return {
      ...fleet,
      project: first.project,
      targets,
      model: demand.model,
      timelineSeconds: timelineSecondsOf(demand, intervalSeconds),
      timeoutMs,
      plannedSeconds: demand.plannedSeconds,
      requestsAllowed,
      cost: estimateOf(
        fleetUseOf(fleet, demand.plannedSeconds + overheadSeconds, targets.length * (ofEach ?? 0) * usualRequestBytes),
      ),
    };
  }
}

function comparisonSummaryOf(
  { comparisonId, configurations, createdAt }: StoredComparison,
  run: StoredRun,
  now: number,
): ComparisonSummary {
  const { status, progressPercent, endedAt, reason } = summaryOf(run, now);
  return {
    comparisonId,
    configurations,
    createdAt,
    status,
    progressPercent,
    ...(endedAt === undefined ? {} : { endedAt }),
    ...(reason === undefined ? {} : { reason }),
  };
}
