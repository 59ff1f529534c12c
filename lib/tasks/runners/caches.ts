import { cacheProblem } from '../../cache/problems.ts';
import type { CacheService } from '../../cache/service.ts';
import { warm } from '../../cache/warm.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Configuration } from '../../platform/configuration.ts';
import type { TaskResult, TaskRunners } from '../runner.ts';

/** Within a turn of maintenance, which has other duties too. */
const budgetMs = 10_000;

/** Of tasks that are carried out where the caches are. */
export function cacheRunners(
  caches: Pick<CacheService, 'within'>,
  { configuration, clock }: { configuration: Pick<Configuration, 'redis' | 'privateTargets'>; clock: Clock },
): TaskRunners<'cache-warm' | 'cache-maintenance'> {
  const within = async <Result>(...given: Parameters<typeof caches.within<Result>>): Promise<Result> => {
    try {
      return await caches.within(...given);
    } catch (error) {
      throw cacheProblem(error);
    }
  };
  return {
    'cache-warm': {
      run: async ({ payload: { namespace, entries, urls } }) => {
        const request = entries === undefined ? { urls } : { entries };
        const warmed = await within(namespace, ({ cache }) => warm(cache, request, configuration), { stores: true });
        return { ended: true, result: { ...warmed } };
      },
    },
    'cache-maintenance': {
      run: async ({ payload: { namespace } }, { result: before = {} }) => {
        const until = clock() + budgetMs;
        return within(namespace, async ({ cache }) => {
          let result: TaskResult = before;
          for (;;) {
            const { complete, ...done } = await cache.optimize();
            result = added(result, done);
            if (complete) return { ended: true as const, result };
            if (clock() >= until) return { ended: false as const, waitSeconds: 1, result };
          }
        });
      },
    },
  };
}

const added = (before: TaskResult, done: Record<string, number>): TaskResult =>
  Object.fromEntries(Object.entries(done).map(([name, count]) => [name, count + Number(before[name] ?? 0)]));
