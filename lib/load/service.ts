import type {
  LoadQuotaInForce,
  LoadQuotaSettings,
  LoadTest,
  LoadTestEstimate,
  LoadTestRequest,
  LoadTestStatus,
  LoadTestSummary,
} from '../contracts/load.ts';
import type { LoadCost } from '../contracts/load-result.ts';
import type { Page, PageQuery } from '../contracts/page.ts';
import { earlierWorkId, workId } from '../platform/idempotency.ts';
import type { ProjectService } from '../projects/service.ts';
import type { AskConcurrency } from './account-concurrency.ts';
import { plannedScript } from './artillery/planned-script.ts';
import { estimateOf, overheadSeconds, usualRequestBytes } from './cost.ts';
import { requireSendable } from './engine-scenarios.ts';
import { isPlanned, plannedRequestsOf } from './kinds/sequence.ts';
import type { StoredRequest } from './model.ts';
import {
  demandOf,
  demandOfScript,
  engineTarget,
  fleetUseOf,
  intervalSecondsOf,
  requireConcurrency,
  requireFits,
  requireTlsForHttp2,
  timelineSecondsOf,
  workersOf,
} from './plan.ts';
import { LoadQuotas } from './quota.ts';
import { type RunParts, type RunPlan, Runs, summaryOf } from './runs.ts';
import { requireTestingPolicy } from './testing-policy.ts';

export interface StartedTest {
  testId: string;
  status: LoadTestStatus;
  workers: number;
  /** What it is expected to cost. */
  cost?: LoadCost | undefined;
}

/** Load tests: started, shown while they run and after, cancelled. */
export class LoadService {
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

  /**
   * Plans a test, prices it and stores it; its controller begins with the message that is stored with it.
   * @param options.testId given by who repeats a request: the same id makes the test once
   * @throws DomainError not-found, target-not-allowed, target-not-verified, testing-policy-unread, invalid-request, quota-exceeded
   */
  async start(
    project: string,
    request: LoadTestRequest,
    options: { idempotencyKey?: string | undefined; testId?: string } = {},
  ): Promise<StartedTest> {
    const work = { scope: `load-test#${project}`, idempotencyKey: options.idempotencyKey, request };
    const known = options.testId ?? (await earlierWorkId(this.#parts, work));
    const run = known && (await this.#runs.find(project, known));
    if (run) return { testId: run.testId, status: run.status, workers: run.workers, cost: run.cost };
    const { plan, cost } = await this.#plan(project, request);
    const testId = known ?? (await workId(this.#parts, work));
    const status = await this.#runs.create(testId, plan, { kind: 'load-test', request });
    return { testId, status, workers: plan.workers, cost };
  }

  /**
   * For who starts a test later: whether it could start now.
   * @throws DomainError not-found, target-not-allowed, target-not-verified, testing-policy-unread, invalid-request, quota-exceeded
   */
  async requireRunnable(project: string, request: LoadTestRequest): Promise<void> {
    await this.#plan(project, request);
  }

  /**
   * What a test would take, as `start` would plan it now.
   * @throws DomainError not-found, target-not-allowed, target-not-verified, testing-policy-unread, invalid-request, quota-exceeded
   */
  async estimate(project: string, request: LoadTestRequest): Promise<LoadTestEstimate> {
    const { plan, cost } = await this.#plan(project, request);
    return { workers: plan.workers, plannedSeconds: plan.plannedSeconds, cost };
  }

  /** The result is what the controller last added up, so that it costs the same however many workers there are. */
  async get(project: string, testId: string): Promise<LoadTest> {
    const { run, request, result } = await this.#runs.get(project, testId);
    const shown = { ...summaryOf(run, this.#parts.clock()), request: loadTestRequestOf(request) };
    return result?.kind === 'load-test' ? { ...shown, result: result.result } : shown;
  }

  /** How far a test is, without its figures. */
  async progress(project: string, testId: string): Promise<LoadTestSummary> {
    return summaryOf(await this.#runs.require(project, testId), this.#parts.clock());
  }

  async list(project: string, query: PageQuery): Promise<Page<LoadTestSummary>> {
    await this.#projects.require(project);
    return this.#runs.list(project, query);
  }

  /** @throws DomainError conflict when the test has ended already */
  async cancel(project: string, testId: string): Promise<{ testId: string; status: LoadTestStatus }> {
    return { testId, status: await this.#runs.cancel(project, testId) };
  }

  /** @throws DomainError not-found */
  async quota(project: string): Promise<LoadQuotaInForce> {
    await this.#projects.require(project);
    return this.#quotas.get(project);
  }

  /** @throws DomainError not-found, conflict */
  async putQuota(project: string, settings: LoadQuotaSettings): Promise<LoadQuotaInForce> {
    await this.#projects.require(project);
    return this.#quotas.put(project, settings);
  }

  /** Everything of a run but its id. */
  async #plan(project: string, request: LoadTestRequest): Promise<{ plan: RunPlan; cost: LoadCost }> {
    const { configuration } = this.#parts;
    const target = await this.#projects.requireTarget(project);
    requireTestingPolicy([target], configuration);
    const isOwn = isPlanned(request);
    const demand = isOwn ? demandOf(request) : demandOfScript(plannedScript(request.script ?? '', target));
    const workers = workersOf(demand, request.workers, configuration.loadWorkers);
    requireFits(request, demand, workers);
    requireConcurrency(workers, await this.#concurrency());
    if (isOwn) {
      requireTlsForHttp2(request, target);
      requireSendable(request, engineTarget(target), target.basePath);
    }
    const plannedRequests = isOwn ? plannedRequestsOf(request) : undefined;
    const allowed = await this.#quotas.require(project, demand, plannedRequests);
    const intervalSeconds = intervalSecondsOf(demand, workers);
    const { kind } = request;
    const fleet = { workers, intervalSeconds, names: demand.names, kind };
    const cost = estimateOf(
      fleetUseOf(fleet, demand.plannedSeconds + overheadSeconds, (plannedRequests ?? 0) * usualRequestBytes),
    );
    return {
      cost,
      plan: {
        ...fleet,
        project,
        targets: [{ ...target, addresses: [...target.addresses], project }],
        model: demand.model,
        timelineSeconds: timelineSecondsOf(demand, intervalSeconds),
        timeoutMs: request.timeoutMs,
        plannedSeconds: demand.plannedSeconds,
        requestsAllowed: { [project]: allowed },
        cost,
      },
    };
  }
}

function loadTestRequestOf(stored: StoredRequest): LoadTestRequest {
  if (stored.kind === 'load-test') return stored.request;
  // A comparison is among the tests of the project that its load went to first: as what it would be for that one.
  const { scenarios, thinkTimeMs, timeoutMs, durationSeconds, users, arrivalRate } = stored.request;
  return {
    kind: 'basic',
    scenarios,
    thinkTimeMs,
    timeoutMs,
    durationSeconds,
    rampUpSeconds: 0,
    protocol: 'http1',
    ...(arrivalRate === undefined ? { users } : { arrivalRate }),
  };
}
