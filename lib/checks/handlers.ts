import type { Handlers } from '../platform/http/door.ts';
import type { CheckService } from './service.ts';

export const checkHandlers = (checks: CheckService): Handlers<'checks-api'> => ({
  startCheck: async ({ params: { project }, body, idempotencyKey }) => {
    const started = await checks.start(project, body, idempotencyKey);
    return { status: 202, body: started, headers: { location: `/v1/projects/${project}/checks/${started.checkId}` } };
  },
  listChecks: async ({ params, query }) => ({ status: 200, body: await checks.list(params.project, query) }),
  getCheck: async ({ params }) => ({ status: 200, body: await checks.get(params.project, params.checkId) }),
});
