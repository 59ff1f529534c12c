import { z } from 'zod';
import { timestamp } from '../../contracts/names.ts';
import { delivery } from '../../contracts/notifications.ts';
import type { ItemType } from '../../platform/table/item.ts';

const storedDelivery = delivery.extend({
  /** Since when it is tried, in this round. */
  since: timestamp,
  /** Of its parts, how many the receiver has taken. */
  taken: z.number().int(),
});
export type StoredDelivery = z.output<typeof storedDelivery>;

export const deliveryItem: ItemType<StoredDelivery> = { name: 'Delivery', version: 1, schema: storedDelivery };
