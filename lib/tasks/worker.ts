import type { z } from 'zod';
import type { DeepAnalyses } from '../analysis/deep/service.ts';
import type { AnalysisService } from '../analysis/service.ts';
import type { TaskRequest } from '../contracts/tasks.ts';
import { isoTime } from '../platform/clock.ts';
import { DomainError } from '../platform/errors.ts';
import type { Parts } from '../platform/parts.ts';
import type { Stored } from '../platform/table/item.ts';
import { keys } from '../platform/table/keys.ts';
import { type StoredTask, taskItem } from './model.ts';

type WorkerParts = Pick<Parts, 'table' | 'clock' | 'log'>;

/** Longer than the function that carries tasks out may run. */
const leaseMs = 310_000;

type Result = Record<string, z.core.util.JSONType>;

/** How each type of task is carried out. Doing it twice with the same `productId` must do it once. */
export type TaskRunners = {
  [Type in TaskRequest['type']]: (request: Extract<TaskRequest, { type: Type }>, productId: string) => Promise<Result>;
};

export const taskRunners = ({
  analysis,
  deepAnalyses,
}: {
  analysis: AnalysisService;
  deepAnalyses: DeepAnalyses;
}): TaskRunners => ({
  analysis: async ({ payload: { project, depth, minutes } }, analysisId) => {
    // A deep one goes on by itself: what this task does of it is done when it is queued.
    if (depth === 'deep') await deepAnalyses.start(project, { depth, minutes }, { analysisId });
    else await analysis.analyse(project, { depth, minutes }, { analysisId });
    return { analysisId };
  },
});

/**
 * Carries out a task once, however often its message comes.
 * @throws when it should be tried again: the queue's backoff decides when
 */
export async function runTask(parts: WorkerParts, runners: TaskRunners, taskId: string): Promise<void> {
  const { table, clock, log } = parts;
  const found = await table.get(taskItem, keys.task(taskId));
  if (found === undefined || found.value.status === 'completed' || found.value.status === 'failed') return;
  const now = clock();
  if (found.value.status === 'running' && (found.value.leaseUntilMs ?? 0) > now) {
    throw new Error('Another worker is at this task');
  }
  if (found.value.attempts >= found.value.request.maxAttempts) {
    // It is queued or running, so its last worker did not live to say how it ended.
    await finish(parts, found, { status: 'failed', error: 'The task ended its workers before they could finish it.' });
    return;
  }
  const running = await table.replace(found, {
    ...found.value,
    status: 'running',
    attempts: found.value.attempts + 1,
    startedAt: found.value.startedAt ?? isoTime(now),
    leaseUntilMs: now + leaseMs,
  });
  if (running === undefined) throw new Error('Another worker took this task at the same moment');
  try {
    const result = await runners[running.value.request.type](running.value.request, running.value.productId);
    await finish(parts, running, { status: 'completed', result });
  } catch (error) {
    log.warn('A task failed', { taskId, attempts: running.value.attempts, error });
    if (isFinal(error, running.value)) {
      const detail = error instanceof DomainError ? error.message : 'The task failed; the reason is in the log.';
      await finish(parts, running, { status: 'failed', error: detail });
      return;
    }
    const { leaseUntilMs: _, ...queued } = running.value;
    await table.replace(running, { ...queued, status: 'queued' });
    throw error;
  }
}

/** A domain error stays what it is however often one tries, unless a part was just down. */
const isFinal = (error: unknown, { attempts, request }: StoredTask): boolean =>
  attempts >= request.maxAttempts || (error instanceof DomainError && error.code !== 'unavailable');

async function finish(
  { table, clock }: WorkerParts,
  running: Stored<StoredTask>,
  outcome: Pick<StoredTask, 'status' | 'result' | 'error'>,
): Promise<void> {
  const { leaseUntilMs: _, ...task } = running.value;
  const written = await table.replace(running, { ...task, ...outcome, endedAt: isoTime(clock()) });
  if (written === undefined) throw new Error('The task was changed while it was carried out');
}
