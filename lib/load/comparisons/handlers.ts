import { mayUseProject, requireProject } from '../../platform/http/authenticate.ts';
import type { Handlers } from '../../platform/http/door.ts';
import type { ComparisonService } from './service.ts';

type Operation = 'startComparison' | 'listComparisons' | 'getComparison' | 'cancelComparison';

/** A comparison is of several projects: the caller's key must be for all of them. */
export const comparisonHandlers = (comparisons: ComparisonService): Pick<Handlers<'load-api'>, Operation> => ({
  startComparison: async ({ body, caller, idempotencyKey }) => {
    for (const { project } of body.configurations) requireProject(caller, project);
    const started = await comparisons.start(body, idempotencyKey);
    return { status: 202, body: started, headers: { location: `/v1/comparisons/${started.comparisonId}` } };
  },
  listComparisons: async ({ query, caller }) => ({
    status: 200,
    body: await comparisons.list(query, (projects) => projects.every((project) => mayUseProject(caller, project))),
  }),
  getComparison: async ({ params: { comparisonId }, caller }) => {
    const { configurations } = await comparisons.require(comparisonId);
    for (const { project } of configurations) requireProject(caller, project);
    return { status: 200, body: await comparisons.get(comparisonId) };
  },
  cancelComparison: async ({ params: { comparisonId }, caller }) => {
    const { configurations } = await comparisons.require(comparisonId);
    for (const { project } of configurations) requireProject(caller, project);
    return { status: 202, body: await comparisons.cancel(comparisonId) };
  },
});
