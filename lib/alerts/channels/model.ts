import { z } from 'zod';
import { type ChannelTrouble, channelName, channelRequest, channelTrouble } from '../../contracts/channels.ts';
import { timestamp } from '../../contracts/names.ts';
import type { ItemType } from '../../platform/table/item.ts';

/** A channel with its secrets, which leave this process only in what is sent through it. */
const storedChannel = z.object({
  channelId: channelName,
  settings: channelRequest,
  createdAt: timestamp,
  createdBy: z.string(),
  updatedAt: timestamp,
});
export type StoredChannel = z.output<typeof storedChannel>;

export const channelItem: ItemType<StoredChannel> = { name: 'Channel', version: 1, schema: storedChannel };

export const troubleItem: ItemType<ChannelTrouble> = { name: 'ChannelTrouble', version: 1, schema: channelTrouble };
