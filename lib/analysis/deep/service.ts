import type { AnalysisRequest } from '../../contracts/analysis.ts';
import { type DeepStep, deepStepName } from '../../contracts/analysis-depths.ts';
import type { Outgoing } from '../../contracts/messages.ts';
import { isoTime } from '../../platform/clock.ts';
import { DomainError } from '../../platform/errors.ts';
import { earlierWorkId, workId } from '../../platform/idempotency.ts';
import type { Parts } from '../../platform/parts.ts';
import { keys } from '../../platform/table/keys.ts';
import type { ProjectService } from '../../projects/service.ts';
import { analysisItem, analysisRetentionMs, type DeepJob } from '../model.ts';
import { usualMinutes } from '../service.ts';

/** Its steps take seconds; a queue that is behind, and what is tried again, may take minutes. */
const longestMs = 15 * 60_000;
/** Its worker changes it every few seconds. */
const tries = 5;

export const advanceMessage = ({ project, analysisId, turn }: DeepJob): Outgoing => ({
  queue: 'analyses',
  body: { type: 'analysis.advance', project, analysisId, turn },
});

/** Begins analyses that are made in the background. Their worker leads them through their steps. */
export class DeepAnalyses {
  readonly #parts: Pick<Parts, 'table' | 'clock' | 'ids'>;
  readonly #projects: ProjectService;

  constructor(parts: Pick<Parts, 'table' | 'clock' | 'ids'>, projects: ProjectService) {
    this.#parts = parts;
    this.#projects = projects;
  }

  /**
   * @param options.analysisId given by who repeats a request: the same id makes the analysis once
   * @throws DomainError not-found; conflict when the idempotency key was used for another request
   */
  async start(
    project: string,
    request: AnalysisRequest,
    options: { idempotencyKey?: string | undefined; analysisId?: string } = {},
  ): Promise<{ analysisId: string; status: 'queued' }> {
    const { table, clock } = this.#parts;
    const work = { scope: `analysis#${project}`, idempotencyKey: options.idempotencyKey, request };
    const known = options.analysisId ?? (await earlierWorkId(this.#parts, work));
    if (known && (await table.get(analysisItem, keys.analysis(project, known)))) {
      return { analysisId: known, status: 'queued' };
    }
    await this.#projects.require(project);
    const analysisId = known ?? (await workId(this.#parts, work));
    const now = clock();
    const job: DeepJob = {
      analysisId,
      project,
      depth: 'deep',
      createdAt: isoTime(now),
      status: 'queued',
      minutes: request.minutes ?? usualMinutes.deep,
      turn: 0,
      steps: deepStepName.options.map((name): DeepStep => ({ name, status: 'waiting', progressPercent: 0 })),
      deadlineMs: now + longestMs,
    };
    await table.create(analysisItem, keys.analysis(project, analysisId), job, {
      pending: [advanceMessage(job)],
      expiresAt: now + analysisRetentionMs,
    });
    return { analysisId, status: 'queued' };
  }

  /** One that is over, or was never begun, stays as it is; what a step of it does just now comes to nothing. */
  async cancel(project: string, analysisId: string): Promise<void> {
    const { table } = this.#parts;
    for (let attempt = 0; attempt < tries; attempt++) {
      const found = await table.get(analysisItem, keys.analysis(project, analysisId));
      if (found === undefined || found.value.status === 'completed' || found.value.status === 'failed') return;
      if ((await table.replace(found, { ...found.value, status: 'failed', reason: 'cancelled' })) !== undefined) return;
    }
    throw new DomainError('unavailable', `The analysis ${analysisId} is being changed by others.`);
  }
}
