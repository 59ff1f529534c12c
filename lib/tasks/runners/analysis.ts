import type { DeepAnalyses } from '../../analysis/deep/service.ts';
import type { AnalysisService } from '../../analysis/service.ts';
import { DomainError } from '../../platform/errors.ts';
import type { TaskRunner } from '../runner.ts';

const pollSeconds = 5;

export const analysisRunner = (services: {
  analysis: Pick<AnalysisService, 'analyse' | 'get'>;
  deepAnalyses: Pick<DeepAnalyses, 'start' | 'cancel'>;
}): TaskRunner<'analysis'> => ({
  run: async ({ payload: { project, depth, minutes } }, { productId: analysisId }) => {
    const result = { analysisId };
    if (depth !== 'deep') {
      await services.analysis.analyse(project, { depth, minutes }, { analysisId });
      return { ended: true, result };
    }
    await services.deepAnalyses.start(project, { depth, minutes }, { analysisId });
    const found = await services.analysis.get(project, analysisId);
    if (found.status === 'completed') return { ended: true, result };
    if (found.status === 'failed') throw new DomainError('conflict', `The analysis ${analysisId} failed.`);
    return { ended: false, waitSeconds: pollSeconds, progressPercent: found.progressPercent, result };
  },
  cancel: ({ payload: { project } }, { productId: analysisId }) => services.deepAnalyses.cancel(project, analysisId),
});
