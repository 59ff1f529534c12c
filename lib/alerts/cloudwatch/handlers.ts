import type { cloudWatchAlarmRoutes } from '../../contracts/routes/cloudwatch-alarms.ts';
import type { Handlers } from '../../platform/http/door.ts';
import type { CloudWatchAlarmService } from './service.ts';

export const cloudWatchAlarmHandlers = (
  alarms: CloudWatchAlarmService,
): Pick<Handlers<'alerts-api'>, keyof typeof cloudWatchAlarmRoutes> => ({
  getCloudWatchAlarms: async ({ params }) => ({ status: 200, body: await alarms.show(params.project) }),
  putCloudWatchAlarms: async ({ params, body }) => ({ status: 200, body: await alarms.put(params.project, body) }),
  deleteCloudWatchAlarms: async ({ params }) => {
    await alarms.delete(params.project);
    return { status: 204 };
  },
});
