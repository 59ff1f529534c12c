import { mayUseProject } from '../platform/http/authenticate.ts';
import type { Handlers } from '../platform/http/door.ts';
import type { AlertService } from './service.ts';

export const alertHandlers = (alerts: AlertService): Handlers<'alerts-api'> => ({
  listAlerts: async ({ query, caller }) => {
    const page = await alerts.list(query);
    // An alert of no project is the deployment's, and not for keys that are bound to projects.
    const visible = page.items.filter(({ project }) =>
      project === undefined ? caller.projects === undefined : mayUseProject(caller, project),
    );
    return { status: 200, body: { ...page, items: visible } };
  },
});
