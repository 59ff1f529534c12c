import type { ComparisonService } from '../../load/comparisons/service.ts';
import { DomainError } from '../../platform/errors.ts';
import type { TaskRunner } from '../runner.ts';

const pollSeconds = 15;

export const comparisonRunner = (
  comparisons: Pick<ComparisonService, 'start' | 'get' | 'cancel'>,
): TaskRunner<'comparison'> => ({
  run: async ({ payload }, { productId }) => {
    // The same key leads to the same comparison, however often it is begun.
    const { comparisonId } = await comparisons.start(payload, `task ${productId}`);
    const { status, reason, progressPercent, result } = await comparisons.get(comparisonId);
    if (status === 'completed') {
      const best = result?.bestConfiguration?.name;
      return { ended: true, result: { comparisonId, ...(best === undefined ? {} : { bestConfiguration: best }) } };
    }
    if (status !== 'failed' && status !== 'cancelled') {
      return { ended: false, waitSeconds: pollSeconds, progressPercent, result: { comparisonId } };
    }
    const how = status === 'failed' ? 'failed' : 'was cancelled';
    const why = reason === undefined ? '' : `: ${reason}`;
    throw new DomainError('conflict', `The comparison ${comparisonId} ${how}${why}.`);
  },
  cancel: async (_, { result }) => {
    if (typeof result?.comparisonId !== 'string') return;
    try {
      await comparisons.cancel(result.comparisonId);
    } catch (error) {
      // It is over already.
      if (!(error instanceof DomainError) || error.code !== 'conflict') throw error;
    }
  },
});
