import { alert } from '../alerts.ts';
import { pageOf, pageQuery } from '../page.ts';
import { ok, type Route } from '../route.ts';

export const alertRoutes = {
  listAlerts: {
    method: 'GET',
    path: '/v1/alerts',
    summary: 'List alerts, the newest first',
    tag: 'Alerts',
    scope: 'read',
    function: 'alerts-api',
    query: pageQuery,
    answers: ok(pageOf(alert)),
    problems: [],
  },
} as const satisfies Record<string, Route>;
