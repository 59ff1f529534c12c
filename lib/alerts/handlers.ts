import { notFound } from '../platform/errors.ts';
import { type Caller, mayUseProject, requireProject, requireUnbound } from '../platform/http/authenticate.ts';
import type { Handlers } from '../platform/http/door.ts';
import type { ActName } from './lifecycle/act.ts';
import type { KeptAlert } from './lifecycle/subject.ts';
import type { AlertService } from './service.ts';
import type { SilenceService } from './silences/service.ts';
import type { AlertView } from './view.ts';

interface Services {
  alerts: AlertService;
  silences: SilenceService;
  view: AlertView;
}

/** What is of no project is the deployment's, and not for keys that are bound to projects. */
const maySee = (caller: Caller, project: string | undefined): boolean =>
  project === undefined ? caller.projects === undefined : mayUseProject(caller, project);

function requireMay(caller: Caller, project: string | undefined): void {
  if (project === undefined) requireUnbound(caller);
  else requireProject(caller, project);
}

const nameOf = ({ keyId, name }: Caller): string => `${name} (${keyId})`;

export const alertHandlers = ({ alerts, silences, view }: Services): Handlers<'alerts-api'> => {
  const visible = async (alertId: string, caller: Caller): Promise<KeptAlert> => {
    const alert = await alerts.get(alertId);
    if (!maySee(caller, alert.project)) throw notFound(`The alert ${alertId}`);
    return alert;
  };
  const act = async (name: ActName, alertId: string, why: string | undefined, caller: Caller) => {
    await visible(alertId, caller);
    return { status: 200, body: await view.one(await alerts.act(name, alertId, { why, by: nameOf(caller) })) } as const;
  };
  return {
    listAlerts: async ({ query, caller }) => {
      const page = await alerts.list(query, (project) => maySee(caller, project));
      return { status: 200, body: { ...page, items: await view.shown(page.items) } };
    },
    listProjectAlerts: async ({ params, query }) => {
      const page = await alerts.listOf(params.project, query);
      return { status: 200, body: { ...page, items: await view.shown(page.items) } };
    },
    getAlert: async ({ params, caller }) => ({
      status: 200,
      body: await view.one(await visible(params.alertId, caller)),
    }),
    acknowledgeAlert: ({ params, body, caller }) => act('acknowledge', params.alertId, body.why, caller),
    resolveAlert: ({ params, body, caller }) => act('resolve', params.alertId, body.why, caller),
    listSilences: async ({ query, caller }) => ({
      status: 200,
      body: await silences.list(query, (project) => maySee(caller, project)),
    }),
    createSilence: async ({ body, caller }) => {
      requireMay(caller, body.matchers.project);
      return { status: 201, body: await silences.create(body, nameOf(caller)) };
    },
    deleteSilence: async ({ params, caller }) => {
      requireMay(caller, (await silences.get(params.silenceId)).matchers.project);
      await silences.delete(params.silenceId);
      return { status: 204 };
    },
  };
};
