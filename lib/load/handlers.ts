import type { comparisonRoutes } from '../contracts/routes/comparisons.ts';
import type { loadTestRoutes } from '../contracts/routes/load.ts';
import type { loadQuotaRoutes } from '../contracts/routes/load-quota.ts';
import type { Handlers } from '../platform/http/door.ts';
import { comparisonHandlers } from './comparisons/handlers.ts';
import type { ComparisonService } from './comparisons/service.ts';
import type { LoadService } from './service.ts';

export interface LoadServices {
  loadTests: LoadService;
  comparisons: ComparisonService;
}

export const loadHandlers = ({
  loadTests,
  comparisons,
}: LoadServices): Pick<
  Handlers<'load-api'>,
  keyof typeof loadTestRoutes | keyof typeof loadQuotaRoutes | keyof typeof comparisonRoutes
> => ({
  ...comparisonHandlers(comparisons),
  startLoadTest: async ({ params: { project }, body, idempotencyKey }) => {
    const started = await loadTests.start(project, body, { idempotencyKey });
    return {
      status: 202,
      body: started,
      headers: { location: `/v1/projects/${project}/load-tests/${started.testId}` },
    };
  },
  estimateLoadTest: async ({ params: { project }, body }) => ({
    status: 200,
    body: await loadTests.estimate(project, body),
  }),
  listLoadTests: async ({ params, query }) => ({ status: 200, body: await loadTests.list(params.project, query) }),
  getLoadTest: async ({ params }) => ({ status: 200, body: await loadTests.get(params.project, params.testId) }),
  cancelLoadTest: async ({ params }) => ({
    status: 202,
    body: await loadTests.cancel(params.project, params.testId),
  }),
  getLoadQuota: async ({ params: { project } }) => ({ status: 200, body: await loadTests.quota(project) }),
  putLoadQuota: async ({ params: { project }, body }) => ({
    status: 200,
    body: await loadTests.putQuota(project, body),
  }),
});
