import type { loadTestRoutes } from '../contracts/routes/load.ts';
import type { Handlers } from '../platform/http/door.ts';
import type { LoadService } from './service.ts';

export const loadHandlers = (loadTests: LoadService): Pick<Handlers<'load-api'>, keyof typeof loadTestRoutes> => ({
  startLoadTest: async ({ params: { project }, body, idempotencyKey }) => {
    const started = await loadTests.start(project, body, { idempotencyKey });
    return {
      status: 202,
      body: started,
      headers: { location: `/v1/projects/${project}/load-tests/${started.testId}` },
    };
  },
  listLoadTests: async ({ params, query }) => ({ status: 200, body: await loadTests.list(params.project, query) }),
  getLoadTest: async ({ params }) => ({ status: 200, body: await loadTests.get(params.project, params.testId) }),
  cancelLoadTest: async ({ params }) => ({
    status: 202,
    body: await loadTests.cancel(params.project, params.testId),
  }),
});
