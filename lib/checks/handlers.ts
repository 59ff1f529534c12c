import { reportHeaders } from '../load/report/page-answer.ts';
import { DomainError } from '../platform/errors.ts';
import type { Handlers } from '../platform/http/door.ts';
import { junitReport } from './report/junit.ts';
import type { CheckService } from './service.ts';

export const checkHandlers = (checks: CheckService): Handlers<'checks-api'> => ({
  startCheck: async ({ params: { project }, body, idempotencyKey }) => {
    const started = await checks.start(project, body, idempotencyKey);
    return { status: 202, body: started, headers: { location: `/v1/projects/${project}/checks/${started.checkId}` } };
  },
  listChecks: async ({ params, query }) => ({ status: 200, body: await checks.list(params.project, query) }),
  getCheck: async ({ params }) => ({ status: 200, body: await checks.get(params.project, params.checkId) }),
  getCheckReport: async ({ params: { project, checkId } }) => {
    const check = await checks.get(project, checkId);
    if (check.endedAt === undefined)
      throw new DomainError('conflict', `The check is ${check.status}: it has no verdict.`);
    return {
      status: 200,
      contentType: 'application/xml; charset=utf-8',
      headers: reportHeaders(`check-${checkId}.xml`),
      body: junitReport(check),
    };
  },
});
