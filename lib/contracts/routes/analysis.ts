import { analysis, analysisRequest, analysisSummary, projectStatus, projectSummary } from '../analysis.ts';
import { identifier } from '../names.ts';
import { pageOf, pageQuery } from '../page.ts';
import { inProject, ok, type Route } from '../route.ts';
import { metricsQuery } from '../telemetry.ts';

export const analysisRoutes = {
  startAnalysis: {
    method: 'POST',
    path: '/v1/projects/{project}/analyses',
    summary: 'Analyse what the project’s service reported',
    tag: 'Analysis',
    scope: 'write',
    function: 'analysis-api',
    params: inProject,
    body: analysisRequest,
    answers: ok(analysis),
    problems: ['not-found'],
  },
  listAnalyses: {
    method: 'GET',
    path: '/v1/projects/{project}/analyses',
    summary: 'List analyses, the newest first',
    tag: 'Analysis',
    scope: 'read',
    function: 'analysis-api',
    params: inProject,
    query: pageQuery,
    answers: ok(pageOf(analysisSummary)),
    problems: ['not-found'],
  },
  getAnalysis: {
    method: 'GET',
    path: '/v1/projects/{project}/analyses/{analysisId}',
    summary: 'Show an analysis',
    tag: 'Analysis',
    scope: 'read',
    function: 'analysis-api',
    params: inProject.extend({ analysisId: identifier }),
    answers: ok(analysis),
    problems: ['not-found'],
  },
  getSummary: {
    method: 'GET',
    path: '/v1/projects/{project}/summary',
    summary: 'The project at a glance',
    tag: 'Analysis',
    scope: 'read',
    function: 'analysis-api',
    params: inProject,
    query: metricsQuery,
    answers: ok(projectSummary),
    problems: ['not-found'],
  },
  getProjectStatus: {
    method: 'GET',
    path: '/v1/projects/{project}/status',
    summary: 'Whether the project’s service reports, how it is, and what it bears',
    tag: 'Analysis',
    scope: 'read',
    function: 'analysis-api',
    params: inProject,
    answers: ok(projectStatus),
    problems: ['not-found'],
  },
} as const satisfies Record<string, Route>;
