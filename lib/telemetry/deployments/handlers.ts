import type { deploymentRoutes } from '../../contracts/routes/deployments.ts';
import type { Handlers } from '../../platform/http/door.ts';
import type { DeploymentService } from './service.ts';

export const deploymentHandlers = (
  deployments: DeploymentService,
): Pick<Handlers<'telemetry-api'>, keyof typeof deploymentRoutes> => ({
  listDeployments: async ({ params }) => ({ status: 200, body: { items: await deployments.list(params.project) } }),
  noteDeployment: async ({ params, body }) => ({ status: 201, body: await deployments.tell(params.project, body) }),
});
