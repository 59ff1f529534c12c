import { queryAnalysis, queryAnalysisRequest } from '../query-analyses.ts';
import { ok, type Route } from '../route.ts';

export const queryRoutes = {
  analyseQuery: {
    method: 'POST',
    path: '/v1/queries/analyses',
    summary: 'Analyse a query: what is wrong with it, and which indexes would serve it',
    tag: 'Analysis',
    scope: 'read',
    function: 'queries-api',
    changesNothing: true,
    body: queryAnalysisRequest,
    answers: ok(queryAnalysis),
    problems: [],
    maxBodyBytes: 2_000_000,
  },
} as const satisfies Record<string, Route>;
