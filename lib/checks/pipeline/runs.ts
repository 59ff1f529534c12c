import type { Outgoing } from '../../contracts/messages.ts';
import type { PipelineStep } from '../../contracts/pipelines.ts';
import type { PipelineKind, ResolvedSettings, ScheduledBy } from '../../contracts/schedules.ts';
import { isoTime } from '../../platform/clock.ts';
import { DomainError } from '../../platform/errors.ts';
import { derivedId } from '../../platform/ids.ts';
import type { Parts } from '../../platform/parts.ts';
import { keys } from '../../platform/table/keys.ts';
import { checkItem, retentionMs, type StoredPipeline } from '../model.ts';
import { advanceMessage } from './advance-message.ts';
import { OpenRuns } from './open-runs.ts';

/** Longer than a stress test and a run of optimizations take together; shorter than from one day to the next. */
const longestMs = 12 * 60 * 60 * 1000;

/** Its controller changes it every few seconds. */
const tries = 5;

export interface Planned {
  checkId: string;
  project: string;
  pipeline: PipelineKind;
  settings: ResolvedSettings;
  scheduledBy?: ScheduledBy | undefined;
}

/** Runs of the pipeline, as they come to be. Each is made once under its id, however often it is asked for. */
export class PipelineRuns {
  readonly #parts: Pick<Parts, 'table' | 'clock'>;
  readonly #open: OpenRuns;

  constructor(parts: Pick<Parts, 'table' | 'clock'>) {
    this.#parts = parts;
    this.#open = new OpenRuns(parts);
  }

  async find(project: string, checkId: string): Promise<StoredPipeline | undefined> {
    const found = await this.#parts.table.get(checkItem, keys.check(project, checkId));
    return found?.value.kind === 'pipeline' ? found.value : undefined;
  }

  /** With the message that begins it. */
  async begin(planned: Planned): Promise<void> {
    const run = this.#made(planned);
    await this.#open.enter(run);
    await this.#create(run, [advanceMessage(run)]);
  }

  /** One that does not take place. */
  async skip(planned: Planned, reason: string): Promise<void> {
    const run = this.#made(planned);
    const steps = run.steps.map((step): PipelineStep => ({ ...step, status: 'skipped' }));
    await this.#create({ ...run, status: 'skipped', reason, steps, endedAt: run.createdAt }, []);
  }

  /** What it is at just now finds it at another turn, and comes to nothing. */
  async cancel(project: string, checkId: string): Promise<void> {
    const { table, clock } = this.#parts;
    for (let attempt = 0; attempt < tries; attempt++) {
      const found = await table.get(checkItem, keys.check(project, checkId));
      if (found?.value.kind !== 'pipeline' || found.value.endedAt !== undefined) return;
      const run = found.value;
      const steps = run.steps.map(
        (step): PipelineStep =>
          step.status === 'waiting' || step.status === 'running' ? { ...step, status: 'skipped' } : step,
      );
      const ended = { status: 'skipped', reason: 'cancelled', endedAt: isoTime(clock()) } as const;
      if ((await table.replace(found, { ...run, ...ended, steps, turn: run.turn + 1 })) === undefined) continue;
      return this.#open.leave(checkId);
    }
    throw new DomainError('unavailable', `The run ${checkId} is being changed by others.`);
  }

  async #create(run: StoredPipeline, pending: readonly Outgoing[]): Promise<void> {
    const expiresAt = this.#parts.clock() + retentionMs;
    await this.#parts.table.create(checkItem, keys.check(run.project, run.checkId), run, { pending, expiresAt });
  }

  #made({ checkId, project, pipeline, settings, scheduledBy }: Planned): StoredPipeline {
    const now = this.#parts.clock();
    return {
      kind: 'pipeline',
      checkId,
      project,
      pipeline,
      settings,
      ...(scheduledBy === undefined ? {} : { scheduledBy }),
      status: 'queued',
      turn: 0,
      steps: settings.steps.map((name): PipelineStep => ({ name, status: 'waiting' })),
      findings: {},
      breaches: [],
      testId: derivedId(now, `load test of pipeline ${checkId}`),
      analysisId: derivedId(now, `analysis of pipeline ${checkId}`),
      createdAt: isoTime(now),
      deadlineMs: now + longestMs,
    };
  }
}
