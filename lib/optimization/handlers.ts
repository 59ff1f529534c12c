import type { Actor } from '../contracts/optimization-runs.ts';
import type { optimizationRoutes } from '../contracts/routes/optimizations.ts';
import { type Caller, requireUnbound } from '../platform/http/authenticate.ts';
import type { Handlers } from '../platform/http/door.ts';
import type { ProjectService } from '../projects/service.ts';
import type { Planner } from './planning/planner.ts';
import type { AuditTrail } from './runs/audit.ts';
import type { KeptExport } from './runs/export.ts';
import type { Freezes } from './runs/freezes.ts';
import type { OptimizationRuns } from './runs/service.ts';

export interface OptimizationServices {
  projects: Pick<ProjectService, 'require'>;
  planner: Planner;
  runs: OptimizationRuns;
  kept: KeptExport;
  audit: AuditTrail;
  freezes: Freezes;
}

const actorOf = ({ id, name }: Caller): Actor => ({ keyId: id, name });
const locationOf = (project: string, runId: string): { location: string } => ({
  location: `/v1/projects/${project}/optimization-runs/${runId}`,
});

type Served = Pick<Handlers<'optimization-api'>, keyof typeof optimizationRoutes>;

export const optimizationHandlers = (services: OptimizationServices): Served => {
  const { projects, planner, runs, kept, audit, freezes } = services;
  return {
    listOptimizations: async ({ params }) => ({
      status: 200,
      body: { items: await planner.available(params.project) },
    }),
    startOptimizationRun: async ({ params: { project }, body, caller, idempotencyKey }) => {
      const run = await runs.start(project, body, actorOf(caller), idempotencyKey);
      if (body.dryRun) return { status: 200, body: run };
      const { runId, status } = run;
      return { status: 202, body: { runId, status }, headers: locationOf(project, runId) };
    },
    listOptimizationRuns: async ({ params, query }) => ({ status: 200, body: await runs.list(params.project, query) }),
    exportOptimizations: async ({ params }) => ({ status: 200, body: await kept.of(params.project) }),
    getOptimizationRun: async ({ params }) => ({ status: 200, body: await runs.get(params.project, params.runId) }),
    approveOptimizationRun: async ({ params: { project, runId }, caller }) => ({
      status: 202,
      body: await runs.approve(project, runId, actorOf(caller)),
      headers: locationOf(project, runId),
    }),
    rollBackOptimizationRun: async ({ params: { project, runId }, body, caller }) => ({
      status: 202,
      body: await runs.rollback(project, runId, body, actorOf(caller)),
      headers: locationOf(project, runId),
    }),
    listOptimizationAudit: async ({ params, query }) => {
      await projects.require(params.project);
      return { status: 200, body: await audit.list(params.project, query) };
    },
    getProjectOptimizationFreeze: async ({ params }) => {
      await projects.require(params.project);
      return { status: 200, body: await freezes.ofProject(params.project) };
    },
    putProjectOptimizationFreeze: async ({ params, body, caller }) => {
      await projects.require(params.project);
      return { status: 200, body: await freezes.switchProject(params.project, body, actorOf(caller)) };
    },
    getOptimizationFreeze: async () => ({ status: 200, body: await freezes.ofAll() }),
    putOptimizationFreeze: async ({ body, caller }) => {
      requireUnbound(caller);
      return { status: 200, body: await freezes.switchAll(body, actorOf(caller)) };
    },
  };
};
