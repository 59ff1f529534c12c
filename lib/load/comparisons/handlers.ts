import type { comparisonRoutes } from '../../contracts/routes/comparisons.ts';
import { DomainError } from '../../platform/errors.ts';
import { mayUseProject, requireProject } from '../../platform/http/authenticate.ts';
import type { Handlers } from '../../platform/http/door.ts';
import { htmlComparison } from '../report/html.ts';
import type { ReportOptions } from '../report/page-answer.ts';
import { pageAnswer, reportPages } from '../report/page-answer.ts';
import type { ComparisonService } from './service.ts';

type Operation = keyof typeof comparisonRoutes;

/** A comparison is of several projects: the caller's key must be for all of them. */
export const comparisonHandlers = (
  comparisons: ComparisonService,
  options: ReportOptions = {},
): Pick<Handlers<'load-api'>, Operation> => {
  const pages = reportPages(options);
  return {
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
    getComparisonReport: async ({ params: { comparisonId }, caller }) => {
      const { configurations } = await comparisons.require(comparisonId);
      for (const { project } of configurations) requireProject(caller, project);
      const comparison = await comparisons.get(comparisonId);
      if (comparison.result === undefined && (comparison.status === 'queued' || comparison.status === 'running')) {
        throw new DomainError('conflict', `The comparison is ${comparison.status}, and has measured nothing yet.`);
      }
      const files = await pages();
      return pageAnswer(`comparison-${comparisonId}`, htmlComparison(comparison, files), files);
    },
    cancelComparison: async ({ params: { comparisonId }, caller }) => {
      const { configurations } = await comparisons.require(comparisonId);
      const concerns = configurations.map(({ project }) => project);
      for (const project of concerns) requireProject(caller, project);
      return { status: 202, body: await comparisons.cancel(comparisonId), concerns };
    },
  };
};
