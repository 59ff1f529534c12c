import type { AnalysisService } from '../analysis/service.ts';
import type { Check, CheckRequest, CheckStep, CheckSummary, StepName } from '../contracts/checks.ts';
import { stepName } from '../contracts/checks.ts';
import type { Page, PageQuery } from '../contracts/page.ts';
import type { PipelineRun } from '../contracts/pipelines.ts';
import { isPlanned, plannedSecondsOf } from '../load/kinds/sequence.ts';
import type { LoadService } from '../load/service.ts';
import { isoTime } from '../platform/clock.ts';
import { notFound } from '../platform/errors.ts';
import { earlierWorkId, workId } from '../platform/idempotency.ts';
import { derivedId } from '../platform/ids.ts';
import type { Parts } from '../platform/parts.ts';
import { keys } from '../platform/table/keys.ts';
import type { ProjectService } from '../projects/service.ts';
import { checkItem, retentionMs, type StoredCheck } from './model.ts';
import { pipelineSummary, shownPipeline } from './pipeline/answer.ts';

type CheckParts = Pick<Parts, 'table' | 'clock' | 'ids'>;

/** How much of a check's time its steps take, for the progress that is shown. */
const shareOfTime: Record<StepName, number> = { 'load-test': 85, telemetry: 10, analysis: 5 };

/** Checks: started, and shown with what their steps found. */
export class CheckService {
  readonly #parts: CheckParts;
  readonly #services: { projects: ProjectService; loadTests: LoadService; analysis: AnalysisService };

  constructor(
    parts: CheckParts,
    services: { projects: ProjectService; loadTests: LoadService; analysis: AnalysisService },
  ) {
    this.#parts = parts;
    this.#services = services;
  }

  /** @throws DomainError not-found, target-not-allowed, target-not-verified, invalid-request */
  async start(
    project: string,
    request: CheckRequest,
    idempotencyKey: string | undefined,
  ): Promise<{ checkId: string; status: 'queued' }> {
    const { table, clock } = this.#parts;
    const work = { scope: `check#${project}`, idempotencyKey, request };
    const known = await earlierWorkId(this.#parts, work);
    if (known && (await table.get(checkItem, keys.check(project, known)))) return { checkId: known, status: 'queued' };
    // Told to who asks, rather than found by the first step.
    await this.#services.loadTests.requireRunnable(project, request.loadTest);
    const checkId = known ?? (await workId(this.#parts, work));
    const now = clock();
    const check: StoredCheck = {
      kind: 'check',
      checkId,
      project,
      request,
      status: 'queued',
      turn: 0,
      steps: stepName.options.map((name): CheckStep => ({ name, status: 'waiting', progressPercent: 0 })),
      testId: derivedId(now, `load test of check ${checkId}`),
      analysisId: derivedId(now, `analysis of check ${checkId}`),
      createdAt: isoTime(now),
      deadlineMs: now + longestMs(request),
      breaches: [],
    };
    await table.create(checkItem, keys.check(project, checkId), check, {
      pending: [{ queue: 'checks', body: { type: 'check.advance', project, checkId, turn: 0 } }],
      expiresAt: now + retentionMs,
    });
    return { checkId, status: 'queued' };
  }

  /** @throws DomainError not-found */
  async get(project: string, checkId: string): Promise<Check | PipelineRun> {
    const found = await this.#parts.table.get(checkItem, keys.check(project, checkId));
    if (found === undefined) throw notFound(`The check ${checkId}`);
    return found.value.kind === 'check' ? this.#shown(found.value) : shownPipeline(found.value);
  }

  async #shown(stored: StoredCheck): Promise<Check> {
    const { loadTests, analysis } = this.#services;
    const { project } = stored;
    const { turn: _, deadlineMs: __, performanceScore: ___, testId, analysisId, steps, ...check } = stored;
    const running = steps.find(({ status }) => status === 'running')?.name;
    const live = running === 'load-test' ? (await loadTests.progress(project, testId)).progressPercent : undefined;
    const shownSteps = steps.map((step) =>
      step.name === 'load-test' && live !== undefined ? { ...step, progressPercent: live } : step,
    );
    const isAnalysed = steps.some(({ name, status }) => name === 'analysis' && status === 'completed');
    const hasTest = steps.some(({ name, status }) => name === 'load-test' && status !== 'waiting');
    return {
      ...check,
      steps: shownSteps,
      progressPercent: progressOf(check.status, shownSteps),
      ...(hasTest ? { testId } : {}),
      ...(isAnalysed ? { analysisId, analysis: await analysis.getCompleted(project, analysisId) } : {}),
    };
  }

  async list(project: string, query: PageQuery): Promise<Page<CheckSummary>> {
    await this.#services.projects.require(project);
    const page = await this.#parts.table.page(checkItem, keys.checks(project), query, 'descending');
    return {
      ...page,
      items: page.items.map((run) => (run.kind === 'check' ? summaryOf(run) : pipelineSummary(run))),
    };
  }
}

const summaryOf = ({ kind, checkId, project, status, createdAt, endedAt, steps }: StoredCheck): CheckSummary => ({
  kind,
  checkId,
  project,
  status,
  progressPercent: progressOf(status, steps),
  createdAt,
  ...(endedAt === undefined ? {} : { endedAt }),
});

/** What the load test takes by its plan, and time enough for gathering its workers and for everything after it. */
const longestMs = ({ loadTest }: CheckRequest): number =>
  (isPlanned(loadTest) ? plannedSecondsOf(loadTest) : longestScriptSeconds) * 1000 + loadTest.timeoutMs + 5 * 60_000;

/** How long an Artillery script takes is known when its test is planned. */
const longestScriptSeconds = 24 * 3600;

function progressOf(status: Check['status'], steps: readonly CheckStep[]): number {
  if (status !== 'queued' && status !== 'running') return 100;
  const done = steps.reduce((sum, { name, progressPercent }) => sum + (shareOfTime[name] * progressPercent) / 100, 0);
  return Math.round(done * 10) / 10;
}
