import type { memorySweepRoutes } from '../../../contracts/routes/memory-sweeps.ts';
import type { Handlers } from '../../../platform/http/door.ts';
import type { MemorySweeps } from './service.ts';

type Served = Pick<Handlers<'optimization-api'>, keyof typeof memorySweepRoutes>;

const accepted = (project: string, sweepId: string) => ({
  status: 202 as const,
  body: { sweepId, status: 'running' as const },
  headers: { location: `/v1/projects/${project}/memory-sweeps/${sweepId}` },
});

export const memorySweepHandlers = (sweeps: MemorySweeps): Served => ({
  startMemorySweep: async ({ params: { project }, body, caller: { id, name }, idempotencyKey }) => {
    const { sweepId } = await sweeps.start(project, body, { keyId: id, name }, idempotencyKey);
    return accepted(project, sweepId);
  },
  listMemorySweeps: async ({ params, query }) => ({ status: 200, body: await sweeps.list(params.project, query) }),
  getMemorySweep: async ({ params }) => ({ status: 200, body: await sweeps.get(params.project, params.sweepId) }),
  cancelMemorySweep: async ({ params: { project, sweepId }, caller: { id, name } }) => {
    await sweeps.cancel(project, sweepId, { keyId: id, name });
    return accepted(project, sweepId);
  },
});
