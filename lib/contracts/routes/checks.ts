import { z } from 'zod';
import { check, checkAccepted, checkSummary, startCheckRequest } from '../checks.ts';
import { identifier } from '../names.ts';
import { pageOf, pageQuery } from '../page.ts';
import { pipelineReport, pipelineRun } from '../pipelines.ts';
import { accepted, inProject, ok, type Route } from '../route.ts';
import { schedule, scheduleRequest } from '../schedules.ts';

export const checkRoutes = {
  startCheck: {
    method: 'POST',
    path: '/v1/projects/{project}/checks',
    summary: 'Run a check now: load test, telemetry, analysis; or the whole pipeline',
    tag: 'Checks',
    scope: 'operate',
    function: 'checks-api',
    params: inProject,
    body: startCheckRequest,
    startsWork: true,
    answers: accepted(checkAccepted),
    problems: [
      'not-found',
      'conflict',
      'target-not-verified',
      'target-not-allowed',
      'testing-policy-unread',
      'quota-exceeded',
    ],
  },
  listChecks: {
    method: 'GET',
    path: '/v1/projects/{project}/checks',
    summary: 'List checks and runs of the pipeline, the newest first',
    tag: 'Checks',
    scope: 'read',
    function: 'checks-api',
    params: inProject,
    query: pageQuery,
    answers: ok(pageOf(checkSummary)),
    problems: ['not-found'],
  },
  getCheck: {
    method: 'GET',
    path: '/v1/projects/{project}/checks/{checkId}',
    summary: 'Show a check or a run of the pipeline: its steps and what they found',
    tag: 'Checks',
    scope: 'read',
    function: 'checks-api',
    params: inProject.extend({ checkId: identifier }),
    answers: ok(z.discriminatedUnion('kind', [check, pipelineRun])),
    problems: ['not-found'],
  },
  getCheckReport: {
    method: 'GET',
    path: '/v1/projects/{project}/checks/{checkId}/report',
    summary: 'What ended as a report: a check as JUnit XML, a run of the pipeline as JSON or a page',
    tag: 'Checks',
    scope: 'read',
    function: 'checks-api',
    params: inProject.extend({ checkId: identifier }),
    query: z.object({
      format: z
        .enum(['junit', 'json', 'html'])
        .optional()
        .describe('`junit` of a check; `json`, by default, or `html` of a run of the pipeline'),
    }),
    answers: {
      200: {
        description: 'The report, with the content type of its format',
        encodings: { 'application/xml': 'bytes', 'text/html': 'bytes', 'application/json': pipelineReport },
      },
    },
    problems: ['not-found', 'conflict'],
  },
  getSchedule: {
    method: 'GET',
    path: '/v1/projects/{project}/schedule',
    summary: 'What runs by itself, and when next',
    tag: 'Checks',
    scope: 'read',
    function: 'checks-api',
    params: inProject,
    answers: ok(schedule),
    problems: ['not-found'],
  },
  putSchedule: {
    method: 'PUT',
    path: '/v1/projects/{project}/schedule',
    summary: 'Replace what runs by itself',
    tag: 'Checks',
    scope: 'operate',
    function: 'checks-api',
    params: inProject,
    body: scheduleRequest,
    answers: ok(schedule),
    problems: ['not-found', 'conflict'],
  },
} as const satisfies Record<string, Route>;
