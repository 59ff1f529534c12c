import { analysisRequest, projectStatus, projectSummary } from '../analysis.ts';
import { analysisAccepted, analysisAnswer, analysisSummary, completedAnalysis } from '../analysis-depths.ts';
import { identifier } from '../names.ts';
import { pageOf, pageQuery } from '../page.ts';
import { accepted, inProject, ok, type Route } from '../route.ts';
import { metricsQuery } from '../telemetry.ts';

export const analysisRoutes = {
  startAnalysis: {
    method: 'POST',
    path: '/v1/projects/{project}/analyses',
    summary: 'Analyse what the project’s service reported: quick and standard at once, deep in the background',
    tag: 'Analysis',
    scope: 'write',
    function: 'analysis-api',
    params: inProject,
    body: analysisRequest,
    startsWork: true,
    answers: { 200: ok(completedAnalysis)[200], 202: accepted(analysisAccepted)[202] },
    problems: ['not-found', 'conflict'],
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
    summary: 'Show an analysis, or how far a deep one is',
    tag: 'Analysis',
    scope: 'read',
    function: 'analysis-api',
    params: inProject.extend({ analysisId: identifier }),
    answers: ok(analysisAnswer),
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
