import { loadTest, loadTestAccepted, loadTestRequest, loadTestSummary } from '../load.ts';
import { identifier } from '../names.ts';
import { pageOf, pageQuery } from '../page.ts';
import { accepted, inProject, ok, type Route } from '../route.ts';

export const loadTestRoutes = {
  startLoadTest: {
    method: 'POST',
    path: '/v1/projects/{project}/load-tests',
    summary: 'Start a load test of the project’s target',
    tag: 'Load tests',
    scope: 'operate',
    function: 'load-api',
    params: inProject,
    body: loadTestRequest,
    startsWork: true,
    answers: accepted(loadTestAccepted),
    problems: [
      'not-found',
      'conflict',
      'target-not-verified',
      'target-not-allowed',
      'testing-policy-unread',
      'quota-exceeded',
    ],
  },
  listLoadTests: {
    method: 'GET',
    path: '/v1/projects/{project}/load-tests',
    summary: 'List load tests, the newest first',
    tag: 'Load tests',
    scope: 'read',
    function: 'load-api',
    params: inProject,
    query: pageQuery,
    answers: ok(pageOf(loadTestSummary)),
    problems: ['not-found'],
  },
  getLoadTest: {
    method: 'GET',
    path: '/v1/projects/{project}/load-tests/{testId}',
    summary: 'Show a load test: its progress, and its result so far',
    tag: 'Load tests',
    scope: 'read',
    function: 'load-api',
    params: inProject.extend({ testId: identifier }),
    answers: ok(loadTest),
    problems: ['not-found'],
  },
  cancelLoadTest: {
    method: 'POST',
    path: '/v1/projects/{project}/load-tests/{testId}/cancel',
    summary: 'Stop a load test; what it measured is kept',
    tag: 'Load tests',
    scope: 'operate',
    function: 'load-api',
    params: inProject.extend({ testId: identifier }),
    answers: { 202: { description: 'Will stop within seconds', body: loadTestAccepted } },
    problems: ['not-found', 'conflict'],
  },
} as const satisfies Record<string, Route>;
