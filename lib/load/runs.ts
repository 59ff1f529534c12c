import type { LoadTestStatus, LoadTestSummary } from '../contracts/load.ts';
import type { Page, PageQuery } from '../contracts/page.ts';
import { isoTime } from '../platform/clock.ts';
import { DomainError, notFound } from '../platform/errors.ts';
import type { Parts } from '../platform/parts.ts';
import type { Stored } from '../platform/table/item.ts';
import { keys } from '../platform/table/keys.ts';
import { LargeValues } from '../platform/table/large-values.ts';
import { progressPercent } from './decide.ts';
import { levelAt } from './engine/stages.ts';
import { resultItem, retentionMs, runItem, type StoredRequest, type StoredResult, type StoredRun } from './model.ts';
import { readRequest, storedRequests } from './stored-request.ts';

export type RunParts = Pick<Parts, 'table' | 'clock' | 'ids'> & {
  configuration: { loadWorkers: number; testingPolicyRead: boolean };
};

/** What is decided of a run before there is one. */
export type RunPlan = Omit<StoredRun, 'testId' | 'status' | 'phase' | 'turn' | 'createdAt' | 'missing' | 'legacy'>;

/** The runs of load tests and of comparisons as they are stored: created, read, cancelled. Their controller leads them. */
export class Runs {
  readonly #parts: RunParts;
  readonly #results: LargeValues<StoredResult>;

  constructor(parts: RunParts) {
    this.#parts = parts;
    this.#results = new LargeValues(parts.table, resultItem);
  }

  /** Creates it once, whoever asks again. @returns where it stands */
  async create(testId: string, plan: RunPlan, request: StoredRequest): Promise<LoadTestStatus> {
    const { table, clock } = this.#parts;
    const { project } = plan;
    const run: StoredRun = {
      ...plan,
      testId,
      status: 'queued',
      phase: 'dispatching',
      turn: 0,
      createdAt: isoTime(clock()),
      missing: [],
    };
    const expiresAt = Date.parse(run.createdAt) + retentionMs.run;
    // Before the run: who reads that finds this. The same id has the same request, so one that is there is the same.
    await storedRequests(table).create(keys.loadRequest(testId), request, expiresAt);
    const created = await table.create(runItem, keys.loadTest(project, testId), run, {
      pending: [{ queue: 'load-control', body: { type: 'load.control', project, testId, turn: 0 } }],
      expiresAt,
    });
    return created === undefined ? (await this.require(project, testId)).status : 'queued';
  }

  async get(
    project: string,
    testId: string,
  ): Promise<{ run: StoredRun; request: StoredRequest; result: StoredResult | undefined }> {
    const run = await this.require(project, testId);
    if (run.legacy !== undefined) return { run, ...ofFirstVersion(run.legacy) };
    const [request, result] = await Promise.all([
      readRequest(this.#parts.table, testId),
      this.#results.get(keys.loadResult(testId)),
    ]);
    return { run, request, result: result?.value };
  }

  /** @throws DomainError not-found */
  async require(project: string, testId: string): Promise<StoredRun> {
    return (await this.#stored(project, testId)).value;
  }

  async find(project: string, testId: string): Promise<StoredRun | undefined> {
    return (await this.#parts.table.get(runItem, keys.loadTest(project, testId)))?.value;
  }

  async list(project: string, query: PageQuery): Promise<Page<LoadTestSummary>> {
    const { table, clock } = this.#parts;
    const page = await table.page(runItem, keys.loadTests(project), query, 'descending');
    return { ...page, items: page.items.map((run) => summaryOf(run, clock())) };
  }

  /** @throws DomainError conflict when it has ended already */
  async cancel(project: string, testId: string): Promise<LoadTestStatus> {
    const { table, clock } = this.#parts;
    for (;;) {
      const current = await this.#stored(project, testId);
      const run = current.value;
      if (run.phase === 'ended') throw new DomainError('conflict', `The load test has ended: it is ${run.status}.`);
      if (run.cancelRequestedAtMs !== undefined) return run.status;
      const written = await table.replace(current, { ...run, cancelRequestedAtMs: clock() });
      if (written !== undefined) return run.status;
    }
  }

  async #stored(project: string, testId: string): Promise<Stored<StoredRun>> {
    const found = await this.#parts.table.get(runItem, keys.loadTest(project, testId));
    if (found === undefined) throw notFound(`The load test ${testId}`);
    return found;
  }
}

const ofFirstVersion = ({ request, result }: NonNullable<StoredRun['legacy']>) => ({
  request: { kind: 'load-test', request } as const,
  result: result && ({ kind: 'load-test', folds: 0, isFinal: true, result } as const),
});

export const summaryOf = (run: StoredRun, now: number): LoadTestSummary => ({
  testId: run.testId,
  project: run.project,
  kind: run.kind,
  status: run.status,
  progressPercent: progressPercent(run, now),
  ...(run.phase === 'running' && run.step !== undefined ? { phase: phaseOf(run, run.step, now) } : {}),
  createdAt: run.createdAt,
  ...(run.startAtMs === undefined ? {} : { startedAt: isoTime(run.startAtMs) }),
  ...(run.endedAtMs === undefined ? {} : { endedAt: isoTime(run.endedAtMs) }),
  ...(run.reason === undefined ? {} : { reason: run.reason }),
});

/** `stress, step 3: 40 users` */
function phaseOf({ model, targets }: StoredRun, step: NonNullable<StoredRun['step']>, now: number): string {
  const { part, index, target } = step;
  const isOneOfMany = part === 'stress' || part === 'comparison';
  const level = isOneOfMany ? step.level : levelAt(now - step.startAtMs, step.stages);
  const amount =
    model === 'closed' ? `${Math.ceil(level)} users` : `${Math.round(level * 100) / 100} arrivals a second`;
  const configuration = targets[target]?.configuration;
  const name = isOneOfMany ? `${part}, step ${index + 1}` : part;
  return `${name}: ${configuration === undefined ? '' : `${configuration}, `}${amount}`;
}
