import { z } from 'zod';
import { mostDeployments, serviceDeployment, toldDeployment } from '../deployments.ts';
import { inProject, ok, type Route } from '../route.ts';

const ofDeployments = { tag: 'Telemetry', function: 'telemetry-api', params: inProject } as const;

export const deploymentRoutes = {
  listDeployments: {
    ...ofDeployments,
    method: 'GET',
    path: '/v1/projects/{project}/deployments',
    summary: `List when the service was deployed, the newest first; the newest ${mostDeployments} are kept`,
    scope: 'read',
    answers: ok(z.object({ items: z.array(serviceDeployment) })),
    problems: ['not-found'],
  },
  noteDeployment: {
    ...ofDeployments,
    method: 'POST',
    path: '/v1/projects/{project}/deployments',
    summary: 'Note that the service was deployed, so that its figures are seen beside it; the same twice is noted once',
    scope: 'write',
    body: toldDeployment,
    answers: { 201: { description: 'Noted', body: serviceDeployment } },
    problems: ['not-found', 'conflict'],
  },
} as const satisfies Record<string, Route>;
