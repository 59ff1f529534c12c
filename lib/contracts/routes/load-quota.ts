import { loadQuotaInForce, loadQuotaSettings } from '../load.ts';
import { inProject, ok, type Route } from '../route.ts';

export const loadQuotaRoutes = {
  getLoadQuota: {
    method: 'GET',
    path: '/v1/projects/{project}/load-quota',
    summary: 'What the project may ask of the fleet, and has had today',
    tag: 'Load tests',
    scope: 'read',
    function: 'load-api',
    params: inProject,
    answers: ok(loadQuotaInForce),
    problems: ['not-found'],
  },
  putLoadQuota: {
    method: 'PUT',
    path: '/v1/projects/{project}/load-quota',
    summary: 'Set what the project may ask of the fleet; what is not named is as the deployment has it',
    tag: 'Load tests',
    scope: 'admin',
    function: 'load-api',
    params: inProject,
    body: loadQuotaSettings,
    answers: ok(loadQuotaInForce),
    problems: ['not-found', 'conflict'],
  },
} as const satisfies Record<string, Route>;
