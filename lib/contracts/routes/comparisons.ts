import { z } from 'zod';
import { comparison, comparisonAccepted, comparisonRequest, comparisonSummary } from '../comparisons.ts';
import { identifier } from '../names.ts';
import { pageOf, pageQuery } from '../page.ts';
import { accepted, ok, type Route } from '../route.ts';

const one = z.object({ comparisonId: identifier });

export const comparisonRoutes = {
  startComparison: {
    method: 'POST',
    path: '/v1/comparisons',
    summary: 'Compare two to five configurations under the same load, in slices that alternate',
    tag: 'Comparisons',
    scope: 'operate',
    function: 'load-api',
    body: comparisonRequest,
    startsWork: true,
    answers: accepted(comparisonAccepted),
    problems: [
      'not-found',
      'conflict',
      'target-not-verified',
      'target-not-allowed',
      'testing-policy-unread',
      'quota-exceeded',
    ],
  },
  listComparisons: {
    method: 'GET',
    path: '/v1/comparisons',
    summary: 'List comparisons, the newest first',
    tag: 'Comparisons',
    scope: 'read',
    function: 'load-api',
    query: pageQuery,
    answers: ok(pageOf(comparisonSummary)),
    problems: [],
  },
  getComparison: {
    method: 'GET',
    path: '/v1/comparisons/{comparisonId}',
    summary: 'Show a comparison: its progress, and who won if anybody did',
    tag: 'Comparisons',
    scope: 'read',
    function: 'load-api',
    params: one,
    answers: ok(comparison),
    problems: ['not-found'],
  },
  getComparisonReport: {
    method: 'GET',
    path: '/v1/comparisons/{comparisonId}/report',
    summary: 'A comparison as one self-contained page with plots',
    tag: 'Comparisons',
    scope: 'read',
    function: 'load-api',
    params: one,
    answers: { 200: { description: 'The page', contentType: 'text/html' } },
    problems: ['not-found', 'conflict'],
  },
  cancelComparison: {
    method: 'POST',
    path: '/v1/comparisons/{comparisonId}/cancel',
    summary: 'Stop a comparison',
    tag: 'Comparisons',
    scope: 'operate',
    function: 'load-api',
    params: one,
    answers: { 202: { description: 'Will stop within seconds', body: comparisonAccepted } },
    problems: ['not-found', 'conflict'],
  },
} as const satisfies Record<string, Route>;
