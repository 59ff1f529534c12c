import { z } from 'zod';
import { alertNotification } from './alerts.ts';
import { channelName } from './channels.ts';
import { projectName, timestamp } from './names.ts';
import { pageQuery } from './page.ts';

/** `dropped`: the channel was removed, or hears of such alerts no more. */
export const deliveryStatus = z.enum(['pending', 'delivered', 'dead', 'dropped']);
export type DeliveryStatus = z.output<typeof deliveryStatus>;

/** How a notification comes to one channel. */
export const delivery = z.object({
  channelId: channelName,
  status: deliveryStatus,
  attempts: z.number().int(),
  lastAttemptAt: timestamp.optional(),
  nextAttemptAt: timestamp.optional().describe('Not before then'),
  lastStatus: z.number().int().optional().describe('What the receiver answered last. Absent: it did not'),
  detail: z.string().optional().describe('Why it is not delivered'),
});
export type Delivery = z.output<typeof delivery>;

/** `unheard`: there was no channel for it. */
export const notificationStatus = z.enum(['pending', 'delivered', 'dead', 'unheard']);
export type NotificationStatus = z.output<typeof notificationStatus>;

/** `dead` before `pending` before `delivered`: what needs somebody first. */
export const notification = alertNotification
  .extend({ status: notificationStatus, deliveries: z.array(delivery) })
  .meta({ id: 'Notification' });
export type Notification = z.output<typeof notification>;

export const notificationQuery = pageQuery.extend({
  status: notificationStatus.optional().describe('`dead`: those that were given up at a channel'),
  project: projectName.optional(),
});
export type NotificationQuery = z.output<typeof notificationQuery>;
