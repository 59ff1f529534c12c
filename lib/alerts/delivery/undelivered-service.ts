import type { ChannelTrouble } from '../../contracts/channels.ts';
import type { Parts } from '../../platform/parts.ts';
import { keys } from '../../platform/table/keys.ts';
import { ChannelDirectory } from '../channels/directory.ts';
import { troubleItem } from '../channels/model.ts';
import { NotificationService } from './notifications.ts';

/** More are not counted: whoever has so many looks at the list. */
const mostCounted = 100;

export interface Undelivered {
  failingChannels: ({ channelId: string } & ChannelTrouble)[];
  /** 100 stands for all above. */
  deadNotifications: number;
}

/**
 * What of alerts does not come to those who are to be told of them.
 *
 * @param seesAllOf whether the caller may see what is of all of these projects; undefined: of the deployment
 */
export async function undelivered(
  parts: Pick<Parts, 'table' | 'clock' | 'send'>,
  seesAllOf: (projects: readonly string[] | undefined) => boolean,
): Promise<Undelivered> {
  const channels = (await new ChannelDirectory(parts.table).all()).filter(({ settings }) =>
    seesAllOf(settings.projects),
  );
  const troubles = await Promise.all(
    channels.map(async ({ channelId }) => {
      const found = await parts.table.get(troubleItem, keys.channelTrouble(channelId));
      return found === undefined ? [] : [{ channelId, ...found.value }];
    }),
  );
  const dead = await new NotificationService(parts).list({ limit: mostCounted, status: 'dead' }, (project) =>
    seesAllOf(project === undefined ? undefined : [project]),
  );
  return { failingChannels: troubles.flat(), deadNotifications: dead.items.length };
}
