import type { AlertService } from '../alerts/service.ts';
import type { ObjectiveService } from '../analysis/objectives/service.ts';
import type { AnalysisService } from '../analysis/service.ts';
import type { CheckStep, StepName } from '../contracts/checks.ts';
import type { LoadTestSummary } from '../contracts/load.ts';
import type { MessageOf, Outgoing } from '../contracts/messages.ts';
import type { LoadService } from '../load/service.ts';
import { isoTime } from '../platform/clock.ts';
import { DomainError } from '../platform/errors.ts';
import type { Parts } from '../platform/parts.ts';
import { keys } from '../platform/table/keys.ts';
import type { TelemetryAggregate } from '../telemetry/aggregate.ts';
import type { Period } from '../telemetry/period.ts';
import type { TelemetryService } from '../telemetry/service.ts';
import { breachesOf } from './judge.ts';
import { checkItem, type StoredCheck } from './model.ts';
import { PastFigures } from './past-figures.ts';

type CheckMessage = Extract<MessageOf<'checks'>, { type: 'check.advance' }>;
type ControllerParts = Pick<Parts, 'table' | 'clock' | 'send' | 'log'>;

interface Services {
  loadTests: LoadService;
  telemetry: TelemetryService;
  analysis: AnalysisService;
  objectives: ObjectiveService;
  alerts: AlertService;
}

const pollSeconds = 1;
/** How long after a load test its last windows may arrive: the SDK's flush, and a retry. */
const telemetryPatienceMs = 15_000;
/** A window that began this long before the test may hold its first requests. */
const windowMs = 10_000;

/** What a step came to: more waiting, or the check as it stands after it. */
type Advance = 'wait' | StoredCheck;

/**
 * Leads a check through its steps. Each message names the turn that it continues; whatever comes twice, late or out of
 * order finds the check at another turn and changes nothing.
 */
export class CheckController {
  readonly #parts: ControllerParts;
  readonly #services: Services;
  readonly #pastFigures: PastFigures;

  constructor(parts: ControllerParts, services: Services) {
    this.#parts = parts;
    this.#services = services;
    this.#pastFigures = new PastFigures(parts.table);
  }

  async advance(message: CheckMessage): Promise<void> {
    const { table, send, log } = this.#parts;
    const { project, checkId, turn } = message;
    const current = await table.get(checkItem, keys.check(project, checkId));
    if (current?.value.kind !== 'check' || current.value.turn !== turn) return;
    const step = current.value.steps.find(({ status }) => status === 'waiting' || status === 'running');
    if (step === undefined) return;
    const next = await this.#carryOut(current.value, step);
    if (next === 'wait') {
      await send([advanceMessage(current.value, pollSeconds)]);
      return;
    }
    const isOver = next.endedAt !== undefined;
    if (isOver) log.info('A check ended', { project, checkId, status: next.status, breaches: next.breaches });
    // Before the check: what is cut off between the two is done again.
    if (isOver) await this.#tellAlerts(next, Date.parse(next.endedAt ?? ''));
    const after = { ...next, turn: turn + 1 };
    await table.replace(current, after, { pending: isOver ? [] : [advanceMessage(after, pollSeconds)] });
  }

  /** For a message that could not be handled however often: the check must not look as if it went on. */
  async giveUp({ project, checkId, turn }: CheckMessage): Promise<void> {
    const { table } = this.#parts;
    const current = await table.get(checkItem, keys.check(project, checkId));
    if (current?.value.kind !== 'check' || current.value.turn !== turn) return;
    const step = current.value.steps.find(({ status }) => status === 'waiting' || status === 'running');
    if (step === undefined) return;
    const failed = this.#failed(current.value, step.name, 'It could not be carried out, however often it was tried.');
    await this.#tellAlerts(failed, this.#parts.clock());
    const written = await table.replace(current, { ...failed, turn: turn + 1 });
    if (written === undefined) throw new Error('The check was changed while it was given up');
  }

  async #tellAlerts(check: StoredCheck, at: number): Promise<void> {
    await this.#services.alerts.takeCheck({ ...check, figure: await this.#pastFigures.of(check) }, at);
  }

  /** What cannot be carried out ends the check with its reason; what may pass is tried again by the queue. */
  async #carryOut(check: StoredCheck, step: CheckStep): Promise<Advance> {
    if (this.#parts.clock() > check.deadlineMs)
      return this.#failed(check, step.name, 'It took longer than it ever should.');
    try {
      return await this.#steps[step.name](check, step);
    } catch (error) {
      if (!(error instanceof DomainError) || error.code === 'unavailable') throw error;
      return this.#failed(check, step.name, error.message);
    }
  }

  readonly #steps: Record<StepName, (check: StoredCheck, step: CheckStep) => Promise<Advance>> = {
    'load-test': async (check, { status }) => {
      const { project, testId, request } = check;
      if (status === 'waiting') {
        await this.#services.loadTests.start(project, request.loadTest, { testId });
        return this.#began(check, 'load-test');
      }
      const { endedAt } = await this.#services.loadTests.progress(project, testId);
      if (endedAt === undefined) return 'wait';
      const test = await this.#services.loadTests.get(project, testId);
      if (test.status !== 'completed') {
        const how = test.status === 'cancelled' ? 'was cancelled' : test.status;
        const why = test.reason === undefined ? '' : `: ${test.reason}`;
        return this.#failed(check, 'load-test', `The load test ${how}${why}.`);
      }
      if (test.result === undefined) return this.#failed(check, 'load-test', 'The load test has no result.');
      await this.#services.alerts.takeAnswers(project, testId, test.result, this.#parts.clock());
      const { timeline: _, ...loadTest } = test.result;
      return this.#completed({ ...check, loadTest }, 'load-test', `${loadTest.totalRequests} requests`);
    },

    telemetry: async (check) => {
      const { project, testId } = check;
      const period = testPeriod(await this.#services.loadTests.progress(project, testId));
      const told = await this.#services.telemetry.aggregate(project, period);
      if (!coversAll(told, period.to) && this.#parts.clock() < period.to + telemetryPatienceMs) return 'wait';
      const { observed, endpoints, instances } = told;
      if (observed === undefined) return this.#skipped(check, 'telemetry', 'The service reports no telemetry.');
      const seen = endpoints.reduce((sum, { responseTime }) => sum + responseTime.count, 0);
      const of = instances.length === 1 ? '1 instance' : `${instances.length} instances`;
      return this.#completed(check, 'telemetry', `${seen} requests seen from inside the service (${of})`);
    },

    analysis: async (check) => {
      const { project, analysisId, testId } = check;
      const period = testPeriod(await this.#services.loadTests.progress(project, testId));
      const request = { depth: 'quick', minutes: Math.ceil((period.to - period.from) / 60_000) } as const;
      const analysis = await this.#services.analysis.analyse(project, request, { analysisId, period });
      const score = analysis.performanceScore;
      const objectives = await this.#services.objectives.evaluate(project);
      const breaches = breachesOf(check.request, { loadTest: check.loadTest, score, objectives });
      const detail = score === undefined ? 'Nothing to score' : `Score ${Math.round(score)}`;
      return {
        ...this.#completed(check, 'analysis', detail),
        status: breaches.length > 0 ? 'breached' : 'passed',
        ...(score === undefined ? {} : { performanceScore: score }),
        objectives,
        breaches,
        endedAt: isoTime(this.#parts.clock()),
      };
    },
  };

  #began(check: StoredCheck, name: StepName): StoredCheck {
    const startedAt = isoTime(this.#parts.clock());
    return { ...check, status: 'running', steps: changed(check, name, { status: 'running', startedAt }) };
  }

  #completed(check: StoredCheck, name: StepName, detail: string): StoredCheck {
    const endedAt = isoTime(this.#parts.clock());
    return { ...check, steps: changed(check, name, { status: 'completed', progressPercent: 100, detail, endedAt }) };
  }

  #skipped(check: StoredCheck, name: StepName, detail: string): StoredCheck {
    const endedAt = isoTime(this.#parts.clock());
    return { ...check, steps: changed(check, name, { status: 'skipped', progressPercent: 100, detail, endedAt }) };
  }

  #failed(check: StoredCheck, name: StepName, reason: string): StoredCheck {
    const endedAt = isoTime(this.#parts.clock());
    const steps = changed(check, name, { status: 'failed', detail: reason, endedAt }).map(
      (step): CheckStep => (step.status === 'waiting' ? { ...step, status: 'skipped' } : step),
    );
    return { ...check, status: 'failed', reason, steps, endedAt };
  }
}

/** Whether every instance that reported has done so past a moment. */
function coversAll({ observed, resources }: TelemetryAggregate, until: number): boolean {
  if (observed === undefined || observed.to < until) return false;
  const ends = new Map<string, number>();
  for (const { instance, start, durationMs } of resources) {
    ends.set(instance, Math.max(ends.get(instance) ?? 0, start + durationMs));
  }
  return [...ends.values()].every((end) => end >= until);
}

/** In which the service saw the test, in epoch milliseconds. */
const testPeriod = ({ createdAt, startedAt = createdAt, endedAt = startedAt }: LoadTestSummary): Period => ({
  from: Date.parse(startedAt) - windowMs,
  to: Date.parse(endedAt),
});

const changed = ({ steps }: StoredCheck, name: StepName, change: Partial<CheckStep>): CheckStep[] =>
  steps.map((step) => (step.name === name ? { ...step, ...change } : step));

const advanceMessage = ({ project, checkId, turn }: StoredCheck, delaySeconds: number): Outgoing => ({
  queue: 'checks',
  body: { type: 'check.advance', project, checkId, turn },
  delaySeconds,
});
