import { z } from 'zod';
import { loadTest } from '../load.ts';
import { identifier } from '../names.ts';
import { inProject, type Route } from '../route.ts';

export const reportFormats = ['html', 'junit', 'json'] as const;

export const loadReportRoutes = {
  getLoadTestReport: {
    method: 'GET',
    path: '/v1/projects/{project}/load-tests/{testId}/report',
    summary: 'A load test as one self-contained page with plots, as JUnit XML, or as JSON',
    tag: 'Load tests',
    scope: 'read',
    function: 'load-api',
    params: inProject.extend({ testId: identifier }),
    query: z.object({ format: z.enum(reportFormats).default('html') }),
    answers: {
      200: {
        description: 'The report, with the content type of its format',
        encodings: { 'text/html': 'bytes', 'application/xml': 'bytes', 'application/json': loadTest },
      },
    },
    problems: ['not-found', 'conflict'],
  },
} as const satisfies Record<string, Route>;
