import type { LoadTest, LoadTestRequest, LoadTestStatus, LoadTestSummary } from '../contracts/load.ts';
import type { Page, PageQuery } from '../contracts/page.ts';
import { isoTime } from '../platform/clock.ts';
import { DomainError, notFound } from '../platform/errors.ts';
import { workId } from '../platform/idempotency.ts';
import type { Parts } from '../platform/parts.ts';
import type { Stored } from '../platform/table/item.ts';
import { keys } from '../platform/table/keys.ts';
import type { ProjectService } from '../projects/service.ts';
import { progressPercent } from './decide.ts';
import { sumOf } from './intervals.ts';
import { intervalItem, retentionMs, runItem, type StoredRun, type StoredShard, shardItem } from './model.ts';
import { intervalSecondsOf, requireFits, requireSendable, workersOf } from './plan.ts';
import { resultOf } from './result.ts';

type LoadParts = Pick<Parts, 'table' | 'clock' | 'ids'> & { configuration: { loadWorkers: number } };

/** Load tests: started, shown while they run and after, cancelled. */
export class LoadService {
  readonly #parts: LoadParts;
  readonly #projects: ProjectService;

  constructor(parts: LoadParts, projects: ProjectService) {
    this.#parts = parts;
    this.#projects = projects;
  }

  /**
   * Plans a test and stores it; its controller begins with the message that is stored with it.
   * @param options.testId given by who repeats a request: the same id makes the test once
   * @throws DomainError not-found, target-not-allowed, target-not-verified, invalid-request
   */
  async start(
    project: string,
    request: LoadTestRequest,
    options: { idempotencyKey?: string | undefined; testId?: string } = {},
  ): Promise<{ testId: string; status: LoadTestStatus }> {
    const { table } = this.#parts;
    const plan = await this.#plan(project, request);
    const testId =
      options.testId ??
      (await workId(this.#parts, {
        scope: `load-test#${project}`,
        idempotencyKey: options.idempotencyKey,
        request,
      }));
    const run = plan(testId);
    const created = await table.create(runItem, keys.loadTest(project, testId), run, {
      pending: [{ queue: 'load-control', body: { type: 'load.control', project, testId, turn: 0 } }],
      expiresAt: Date.parse(run.createdAt) + retentionMs.run,
    });
    if (created !== undefined) return { testId, status: 'queued' };
    const { value } = await this.#find(project, testId);
    return { testId, status: value.status };
  }

  /**
   * For who starts a test later: whether it could start now.
   * @throws DomainError not-found, target-not-allowed, target-not-verified, invalid-request
   */
  async requireRunnable(project: string, request: LoadTestRequest): Promise<void> {
    await this.#plan(project, request);
  }

  async get(project: string, testId: string): Promise<LoadTest> {
    const { table, clock } = this.#parts;
    const { value: run } = await this.#find(project, testId);
    const shown = { ...summaryOf(run, clock()), request: run.request };
    if (run.phase === 'ended') return run.result === undefined ? shown : { ...shown, result: run.result };
    if (run.startAtMs === undefined || clock() < run.startAtMs) return shown;
    const shards: StoredShard[] = [];
    for await (const { value } of table.all(shardItem, keys.loadShards(testId))) shards.push(value);
    const sums = await sumOf(table.all(intervalItem, keys.loadIntervals(testId)));
    return { ...shown, result: resultOf({ run, shards, sums, now: clock() }) };
  }

  /** How far a test is, without its figures: those of a large test take long to read. */
  async progress(project: string, testId: string): Promise<LoadTestSummary> {
    return summaryOf((await this.#find(project, testId)).value, this.#parts.clock());
  }

  async list(project: string, query: PageQuery): Promise<Page<LoadTestSummary>> {
    const { table, clock } = this.#parts;
    await this.#projects.require(project);
    const page = await table.page(runItem, keys.loadTests(project), query, 'descending');
    return { ...page, items: page.items.map((run) => summaryOf(run, clock())) };
  }

  /** @throws DomainError conflict when the test has ended already */
  async cancel(project: string, testId: string): Promise<{ testId: string; status: LoadTestStatus }> {
    const { table, clock } = this.#parts;
    for (;;) {
      const current = await this.#find(project, testId);
      const run = current.value;
      if (run.phase === 'ended') throw new DomainError('conflict', `The load test has ended: it is ${run.status}.`);
      if (run.cancelRequestedAtMs !== undefined) return { testId, status: run.status };
      const written = await table.replace(current, { ...run, cancelRequestedAtMs: clock() });
      if (written !== undefined) return { testId, status: run.status };
    }
  }

  /** Everything of a run but its id. */
  async #plan(project: string, request: LoadTestRequest): Promise<(testId: string) => StoredRun> {
    const { clock, configuration } = this.#parts;
    const workers = workersOf(request, configuration.loadWorkers);
    requireFits(request, workers);
    const target = await this.#projects.requireTarget(project);
    const planned = (testId: string): StoredRun => ({
      testId,
      project,
      kind: 'basic',
      request,
      target: { ...target, addresses: [...target.addresses] },
      workers,
      intervalSeconds: intervalSecondsOf(request, workers),
      status: 'queued',
      phase: 'dispatching',
      turn: 0,
      createdAt: isoTime(clock()),
      missing: [],
    });
    requireSendable(planned(''));
    return planned;
  }

  async #find(project: string, testId: string): Promise<Stored<StoredRun>> {
    const found = await this.#parts.table.get(runItem, keys.loadTest(project, testId));
    if (found === undefined) throw notFound(`The load test ${testId}`);
    return found;
  }
}

const summaryOf = (run: StoredRun, now: number): LoadTestSummary => ({
  testId: run.testId,
  project: run.project,
  kind: run.kind,
  status: run.status,
  progressPercent: progressPercent(run, now),
  createdAt: run.createdAt,
  ...(run.startAtMs === undefined ? {} : { startedAt: isoTime(run.startAtMs) }),
  ...(run.endedAtMs === undefined ? {} : { endedAt: isoTime(run.endedAtMs) }),
  ...(run.reason === undefined ? {} : { reason: run.reason }),
});
