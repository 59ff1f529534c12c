import type { channelRoutes } from '../contracts/routes/channels.ts';
import type { cloudWatchAlarmRoutes } from '../contracts/routes/cloudwatch-alarms.ts';
import { notFound } from '../platform/errors.ts';
import { type Caller, requireProject, requireUnbound } from '../platform/http/authenticate.ts';
import type { Handlers } from '../platform/http/door.ts';
import { callerName, maySee } from './caller.ts';
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

type Served = Omit<Handlers<'alerts-api'>, keyof typeof channelRoutes | keyof typeof cloudWatchAlarmRoutes>;

function requireMay(caller: Caller, project: string | undefined): void {
  if (project === undefined) requireUnbound(caller);
  else requireProject(caller, project);
}

export const alertHandlers = ({ alerts, silences, view }: Services): Served => {
  const visible = async (alertId: string, caller: Caller): Promise<KeptAlert> => {
    const alert = await alerts.get(alertId);
    if (!maySee(caller, alert.project)) throw notFound(`The alert ${alertId}`);
    return alert;
  };
  const act = async (name: ActName, alertId: string, why: string | undefined, caller: Caller) => {
    await visible(alertId, caller);
    return {
      status: 200,
      body: await view.one(await alerts.act(name, alertId, { why, by: callerName(caller) })),
    } as const;
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
      return { status: 201, body: await silences.create(body, callerName(caller)) };
    },
    deleteSilence: async ({ params, caller }) => {
      const { project } = (await silences.get(params.silenceId)).matchers;
      requireMay(caller, project);
      await silences.delete(params.silenceId);
      return { status: 204, ...(project === undefined ? {} : { concerns: [project] }) };
    },
  };
};
