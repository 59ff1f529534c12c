import type { PipelineService } from '../../checks/pipeline/service.ts';
import { DomainError } from '../../platform/errors.ts';
import type { TaskRunner } from '../runner.ts';

const pollSeconds = 5;

export const reportRunner = (pipelines: Pick<PipelineService, 'report' | 'cancel'>): TaskRunner<'report'> => ({
  run: async ({ payload: { project, days } }, { productId: checkId }) => {
    const run = await pipelines.report(project, days, checkId);
    const result = { checkId, report: `/v1/projects/${project}/checks/${checkId}/report` };
    if (run.endedAt === undefined) {
      return { ended: false, waitSeconds: pollSeconds, progressPercent: run.progressPercent, result };
    }
    // What one of its steps failed at is said in the report; without the report there is nothing.
    if (run.steps.some(({ name, status }) => name === 'report' && status === 'completed'))
      return { ended: true, result };
    throw new DomainError('conflict', `The report could not be made: ${run.reason ?? 'its step was not taken'}.`);
  },
  cancel: ({ payload: { project } }, { productId: checkId }) => pipelines.cancel(project, checkId),
});
