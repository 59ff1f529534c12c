import type { Handlers } from '../platform/http/door.ts';
import type { Parts } from '../platform/parts.ts';
import { channelHandlers } from './channels/handlers.ts';
import { ChannelService } from './channels/service.ts';
import { cloudWatchAlarmsOf } from './cloudwatch/deployment.ts';
import { cloudWatchAlarmHandlers } from './cloudwatch/handlers.ts';
import { NotificationService } from './delivery/notifications.ts';
import { postOptions } from './delivery/work.ts';
import { alertHandlers } from './handlers.ts';
import { AlertService } from './service.ts';
import { SilenceService } from './silences/service.ts';
import { AlertView } from './view.ts';

/** All that the function `alerts-api` serves. */
export function alertsApi(parts: Parts): Handlers<'alerts-api'> {
  const alerts = new AlertService(parts);
  const silences = new SilenceService(parts);
  return {
    ...alertHandlers({ alerts, silences, view: new AlertView(parts.clock, { alerts, silences }) }),
    ...channelHandlers({
      channels: new ChannelService(parts, postOptions(parts)),
      notifications: new NotificationService(parts),
    }),
    ...cloudWatchAlarmHandlers(cloudWatchAlarmsOf(parts)),
  };
}
