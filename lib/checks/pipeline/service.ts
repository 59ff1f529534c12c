import type { StartCheckRequest } from '../../contracts/checks.ts';
import type { PipelineRun } from '../../contracts/pipelines.ts';
import type { ScheduledBy } from '../../contracts/schedules.ts';
import type { LoadService } from '../../load/service.ts';
import { isoTime } from '../../platform/clock.ts';
import { earlierWorkId, workId } from '../../platform/idempotency.ts';
import type { Parts } from '../../platform/parts.ts';
import type { ProjectService } from '../../projects/service.ts';
import type { ScheduleService } from '../schedules/service.ts';
import { shownPipeline } from './answer.ts';
import { resolved } from './presets.ts';
import { PipelineRuns } from './runs.ts';

interface Services {
  projects: Pick<ProjectService, 'require'>;
  schedules: Pick<ScheduleService, 'entry'>;
  loadTests: Pick<LoadService, 'requireRunnable'>;
}

/** Which pipeline is to run: one of a kind, or one that stands in the schedule. */
export type PipelineChoice = Pick<StartCheckRequest, 'pipeline' | 'schedule'>;

/** Starts the pipeline because somebody asks for it. */
export class PipelineService {
  readonly #parts: Pick<Parts, 'table' | 'clock' | 'ids'>;
  readonly #services: Services;
  readonly #runs: PipelineRuns;

  constructor(parts: Pick<Parts, 'table' | 'clock' | 'ids'>, services: Services) {
    this.#parts = parts;
    this.#services = services;
    this.#runs = new PipelineRuns(parts);
  }

  /** @throws DomainError not-found, target-not-allowed, target-not-verified, conflict for a key of another request */
  async start(
    project: string,
    request: PipelineChoice,
    idempotencyKey: string | undefined,
  ): Promise<{ checkId: string; status: 'queued' }> {
    const work = { scope: `check#${project}`, idempotencyKey, request };
    const known = await earlierWorkId(this.#parts, work);
    if (known && (await this.#runs.find(project, known))) return { checkId: known, status: 'queued' };
    const { kind, settings, scheduledBy } = await this.#chosen(project, request);
    if (settings.steps.includes('load-test')) {
      await this.#services.loadTests.requireRunnable(project, settings.loadTest);
    }
    const checkId = known ?? (await workId(this.#parts, work));
    await this.#runs.begin({ checkId, project, pipeline: kind, settings, scheduledBy });
    return { checkId, status: 'queued' };
  }

  /**
   * A look back without any load, once under its id however often it is begun.
   * @throws DomainError not-found
   */
  async report(project: string, days: number, checkId: string): Promise<PipelineRun> {
    const found = await this.#runs.find(project, checkId);
    if (found !== undefined) return shownPipeline(found);
    await this.#services.projects.require(project);
    const pipeline = 'weekly-review';
    await this.#runs.begin({ checkId, project, pipeline, settings: resolved(pipeline, { reportDays: days }) });
    return this.report(project, days, checkId);
  }

  /** One that is over, or was never begun, stays as it is. What it began goes on. */
  cancel(project: string, checkId: string): Promise<void> {
    return this.#runs.cancel(project, checkId);
  }

  async #chosen(project: string, { pipeline = 'daily', schedule }: PipelineChoice) {
    if (schedule !== undefined) {
      const entry = await this.#services.schedules.entry(project, schedule);
      // So that it is told of as the entry's other runs are.
      const scheduledFor = isoTime(this.#parts.clock());
      const scheduledBy: ScheduledBy = {
        scheduleId: entry.id,
        scheduledFor,
        missed: 0,
        note: 'Somebody asked for it.',
      };
      return { kind: entry.kind, settings: resolved(entry.kind, entry.settings), scheduledBy };
    }
    await this.#services.projects.require(project);
    return { kind: pipeline, settings: resolved(pipeline, {}) };
  }
}
