import { z } from 'zod';
import { check, checkAccepted, checkRequest, checkSummary } from '../checks.ts';
import { identifier } from '../names.ts';
import { pageOf, pageQuery } from '../page.ts';
import { accepted, inProject, ok, type Route } from '../route.ts';

export const checkRoutes = {
  startCheck: {
    method: 'POST',
    path: '/v1/projects/{project}/checks',
    summary: 'Run a check now: load test, telemetry, analysis',
    tag: 'Checks',
    scope: 'operate',
    function: 'checks-api',
    params: inProject,
    body: checkRequest,
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
    summary: 'List checks, the newest first',
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
    summary: 'Show a check: its steps and what they found',
    tag: 'Checks',
    scope: 'read',
    function: 'checks-api',
    params: inProject.extend({ checkId: identifier }),
    answers: ok(check),
    problems: ['not-found'],
  },
  getCheckReport: {
    method: 'GET',
    path: '/v1/projects/{project}/checks/{checkId}/report',
    summary: 'A check that ended as JUnit XML: a case for each limit and each objective',
    tag: 'Checks',
    scope: 'read',
    function: 'checks-api',
    params: inProject.extend({ checkId: identifier }),
    query: z.object({ format: z.enum(['junit']).default('junit') }),
    answers: { 200: { description: 'The report', contentType: 'application/xml' } },
    problems: ['not-found', 'conflict'],
  },
} as const satisfies Record<string, Route>;
