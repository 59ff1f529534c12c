import type { AlertService } from '../../alerts/service.ts';
import type { MessageOf } from '../../contracts/messages.ts';
import type { PipelineStep } from '../../contracts/pipelines.ts';
import { isoTime } from '../../platform/clock.ts';
import { DomainError } from '../../platform/errors.ts';
import type { Parts } from '../../platform/parts.ts';
import type { Stored } from '../../platform/table/item.ts';
import { keys } from '../../platform/table/keys.ts';
import { checkItem, type StoredPipeline, type StoredRun } from '../model.ts';
import { PastFigures } from '../past-figures.ts';
import { advanceMessage } from './advance-message.ts';
import { OpenRuns } from './open-runs.ts';
import type { PipelineSteps, StepOutcome } from './step.ts';
import { tellAlerts } from './telling.ts';
import { verdictOf } from './verdict.ts';

type PipelineMessage = Extract<MessageOf<'checks'>, { type: 'pipeline.advance' }>;

const pollSeconds = 5;

/**
 * Leads a run of the pipeline through its steps, by turns as `CheckController` does. A step that fails keeps none of those after
 * it from being taken: a service whose load test cannot be run has a history all the same.
 */
export class PipelineController {
  readonly #parts: Pick<Parts, 'table' | 'clock' | 'send' | 'log'>;
  readonly #steps: PipelineSteps;
  readonly #telling: { alerts: Pick<AlertService, 'takeCheck'>; pastFigures: PastFigures };
  readonly #openRuns: OpenRuns;

  constructor(
    parts: Pick<Parts, 'table' | 'clock' | 'send' | 'log'>,
    steps: PipelineSteps,
    alerts: Pick<AlertService, 'takeCheck'>,
  ) {
    this.#parts = parts;
    this.#steps = steps;
    this.#telling = { alerts, pastFigures: new PastFigures(parts.table) };
    this.#openRuns = new OpenRuns(parts);
  }

  async advance(message: PipelineMessage): Promise<void> {
    const open = await this.#open(message);
    if (open === undefined) return;
    const { current, run, step } = open;
    await this.#openRuns.lead(run);
    const outcome = await this.#taken(run, step);
    if (outcome.status === 'running' && step.status === 'running' && saysNothingNew(run, step, outcome)) {
      await this.#parts.send([advanceMessage(run, pollSeconds)]);
      return;
    }
    await this.#goOn(current, run, step, outcome);
  }

  /** For a message that could not be handled however often: its step has failed. */
  async giveUp(message: PipelineMessage): Promise<void> {
    const open = await this.#open(message);
    if (open === undefined) return;
    const detail = 'It could not be carried out, however often it was tried.';
    await this.#goOn(open.current, open.run, open.step, { status: 'failed', detail });
  }

  async #open({ project, checkId, turn }: PipelineMessage) {
    const current = await this.#parts.table.get(checkItem, keys.check(project, checkId));
    if (current?.value.kind !== 'pipeline' || current.value.turn !== turn) return undefined;
    const step = current.value.steps.find(({ status }) => status === 'waiting' || status === 'running');
    return step && { current, run: current.value, step };
  }

  /** What cannot be carried out fails its step; what may pass is tried again by the queue. */
  async #taken(run: StoredPipeline, { name }: PipelineStep): Promise<StepOutcome> {
    if (this.#isLate(run)) return { status: 'failed', detail: 'It was not over in time.' };
    try {
      return await this.#steps[name](run);
    } catch (error) {
      if (!(error instanceof DomainError) || error.code === 'unavailable') throw error;
      return { status: 'failed', detail: error.message };
    }
  }

  #isLate = ({ deadlineMs }: StoredPipeline): boolean => this.#parts.clock() > deadlineMs;

  async #goOn(
    current: Stored<StoredRun>,
    run: StoredPipeline,
    step: PipelineStep,
    outcome: StepOutcome,
  ): Promise<void> {
    const { table, clock, log } = this.#parts;
    const now = isoTime(clock());
    const taken = after(run, step, outcome, now);
    const next = concluded(this.#isLate(run) ? withoutTheRest(taken) : taken, now);
    if (next.endedAt !== undefined) {
      const { project, checkId, status } = next;
      // Before the run: what is cut off between the two is done again.
      await tellAlerts(this.#telling, next, Date.parse(next.endedAt));
      log.info('A run of the pipeline ended', { project, checkId, status });
      if ((await table.replace(current, next)) !== undefined) await this.#openRuns.leave(checkId);
      return;
    }
    const delay = outcome.status === 'running' ? pollSeconds : 0;
    await table.replace(current, next, { pending: [advanceMessage(next, delay)] });
  }
}

const saysNothingNew = ({ findings }: StoredPipeline, { detail }: PipelineStep, outcome: StepOutcome): boolean =>
  outcome.detail === detail && JSON.stringify({ ...findings, ...outcome.findings }) === JSON.stringify(findings);

/** A run after a step came to something. @param now ISO time */
function after(run: StoredPipeline, step: PipelineStep, outcome: StepOutcome, now: string): StoredPipeline {
  const { status, detail, findings, breaches = [] } = outcome;
  const changed: PipelineStep = {
    name: step.name,
    status,
    ...(detail === undefined ? {} : { detail }),
    startedAt: step.startedAt ?? now,
    ...(status === 'running' ? {} : { endedAt: now }),
  };
  return {
    ...run,
    status: 'running',
    turn: run.turn + 1,
    steps: run.steps.map((each) => (each.name === step.name ? changed : each)),
    findings: { ...run.findings, ...findings },
    breaches: [...run.breaches, ...breaches],
  };
}

/** For a run whose time is over. */
const withoutTheRest = (run: StoredPipeline): StoredPipeline => ({
  ...run,
  steps: run.steps.map((each) => (each.status === 'waiting' ? { ...each, status: 'skipped' } : each)),
});

/** With its verdict, when there is no step left. @param now ISO time */
function concluded(run: StoredPipeline, now: string): StoredPipeline {
  const isOver = run.steps.every((each) => each.status !== 'waiting' && each.status !== 'running');
  return isOver ? { ...run, ...verdictOf(run), endedAt: now } : run;
}
