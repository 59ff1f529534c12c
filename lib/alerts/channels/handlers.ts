import type { channelRoutes } from '../../contracts/routes/channels.ts';
import { notFound } from '../../platform/errors.ts';
import { type Caller, mayUseProject, requireProject, requireUnbound } from '../../platform/http/authenticate.ts';
import type { Handlers } from '../../platform/http/door.ts';
import { callerName, maySee } from '../caller.ts';
import type { NotificationService } from '../delivery/notifications.ts';
import type { ChannelService } from './service.ts';

interface Services {
  channels: ChannelService;
  notifications: NotificationService;
}

type Served = Pick<Handlers<'alerts-api'>, keyof typeof channelRoutes>;

/** A channel for every project is the deployment's. */
const mayHave = (caller: Caller, projects: readonly string[] | undefined): boolean =>
  projects === undefined ? caller.projects === undefined : projects.every((project) => mayUseProject(caller, project));

function requireMayHave(caller: Caller, projects: readonly string[] | undefined): void {
  if (projects === undefined) requireUnbound(caller);
  for (const project of projects ?? []) requireProject(caller, project);
}

export const channelHandlers = ({ channels, notifications }: Services): Served => {
  const known = async (channelId: string, caller: Caller) => {
    const channel = await channels.get(channelId);
    if (!mayHave(caller, channel.projects)) throw notFound(`The channel ${channelId}`);
    return channel;
  };
  const told = async (notificationId: string, caller: Caller) => {
    const notification = await notifications.get(notificationId);
    if (!maySee(caller, notification.project)) throw notFound(`The notification ${notificationId}`);
    return notification;
  };
  return {
    listChannels: async ({ query, caller }) => ({
      status: 200,
      body: await channels.list(query, (projects) => mayHave(caller, projects)),
    }),
    getChannel: async ({ params, caller }) => ({ status: 200, body: await known(params.channelId, caller) }),
    putChannel: async ({ params, body, caller }) => {
      requireMayHave(caller, body.projects);
      const current = await channels.find(params.channelId);
      // Whose channel it is now must agree as well: it has secrets.
      if (current !== undefined) requireMayHave(caller, current.projects);
      const { channel, isNew } = await channels.put(params.channelId, body, callerName(caller));
      return { status: isNew ? 201 : 200, body: channel };
    },
    deleteChannel: async ({ params, caller }) => {
      const { projects } = await known(params.channelId, caller);
      await channels.delete(params.channelId);
      return { status: 204, concerns: projects };
    },
    testChannel: async ({ params, caller }) => {
      const { projects } = await known(params.channelId, caller);
      return { status: 200, body: await channels.test(params.channelId), concerns: projects };
    },
    listNotifications: async ({ query, caller }) => ({
      status: 200,
      body: await notifications.list(query, (project) => maySee(caller, project)),
    }),
    getNotification: async ({ params, caller }) => ({ status: 200, body: await told(params.notificationId, caller) }),
    retryNotification: async ({ params, caller }) => {
      await told(params.notificationId, caller);
      return { status: 202, body: await notifications.retry(params.notificationId) };
    },
  };
};
