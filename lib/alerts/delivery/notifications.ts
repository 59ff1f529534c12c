import type { Delivery, Notification, NotificationQuery, NotificationStatus } from '../../contracts/notifications.ts';
import type { Page } from '../../contracts/page.ts';
import { notFound } from '../../platform/errors.ts';
import type { Parts } from '../../platform/parts.ts';
import { filteredPage } from '../../platform/table/filtered-page.ts';
import { keys } from '../../platform/table/keys.ts';
import { notificationEntryItem, notificationItem, type StoredNotification } from '../model.ts';
import { groupOf } from '../subjects.ts';
import { newDelivery } from './decide.ts';
import { deliverMessage } from './message.ts';
import { deliveryItem, type StoredDelivery } from './model.ts';

type ServiceParts = Pick<Parts, 'table' | 'clock' | 'send'>;

/** What was told of alerts, and how it came to the channels. */
export class NotificationService {
  readonly #parts: ServiceParts;

  constructor(parts: ServiceParts) {
    this.#parts = parts;
  }

  /** The newest first. @param visible which projects' notifications the caller may see */
  list(query: NotificationQuery, visible: (project: string | undefined) => boolean): Promise<Page<Notification>> {
    const listing = query.status === 'dead' ? keys.deadNotifications() : keys.notificationEntries();
    const read = async (limit: number, cursor: string | undefined): Promise<Page<Notification>> => {
      const page = await this.#parts.table.page(notificationEntryItem, listing, { limit, cursor }, 'descending');
      const found = await Promise.all(page.items.map((entry) => this.#at(entry)));
      const seen = found.flatMap((each) => (each !== undefined && visible(each.project) ? [each] : []));
      return { ...page, items: await Promise.all(seen.map((each) => this.#shown(each))) };
    };
    return filteredPage(
      read,
      query,
      ({ status, project }) =>
        (query.status === undefined || status === query.status) &&
        (query.project === undefined || project === query.project),
    );
  }

  /** @throws DomainError not-found */
  async get(notificationId: string): Promise<Notification> {
    return this.#shown(await this.#require(notificationId));
  }

  /** Has it delivered again wherever it is not. What is on its way is only told to hurry. @throws DomainError not-found */
  async retry(notificationId: string): Promise<Notification> {
    const { table, clock, send } = this.#parts;
    const notification = await this.#require(notificationId);
    const group = groupOf(notification.project === undefined ? {} : { project: notification.project });
    for (const channelId of notification.channels) {
      const message = deliverMessage({ group, sequence: notification.sequence, channelId });
      const known = await table.get(deliveryItem, keys.delivery(notificationId, channelId));
      if (known?.value.status === 'delivered') continue;
      if (known === undefined || known.value.status === 'pending') {
        await send([message]);
        continue;
      }
      const { taken } = known.value;
      await table.replace(known, { ...newDelivery(channelId, clock()), taken }, { pending: [message] });
    }
    return this.#shown(notification);
  }

  async #require(notificationId: string): Promise<StoredNotification> {
    const entry = await this.#parts.table.get(notificationEntryItem, keys.notificationEntry(notificationId));
    const found = entry && (await this.#at(entry.value));
    if (found === undefined) throw notFound(`The notification ${notificationId}`);
    return found;
  }

  /** @returns undefined where the number was taken by another one */
  async #at({
    notificationId,
    group,
    sequence,
  }: {
    notificationId: string;
    group: string;
    sequence: number;
  }): Promise<StoredNotification | undefined> {
    const found = await this.#parts.table.get(notificationItem, keys.notification(group, sequence));
    return found?.value.notificationId === notificationId ? found.value : undefined;
  }

  async #shown({ channels, ...told }: StoredNotification): Promise<Notification> {
    const { table } = this.#parts;
    const deliveries = await Promise.all(
      channels.map(async (channelId) => {
        const known = await table.get(deliveryItem, keys.delivery(told.notificationId, channelId));
        return shownDelivery(known?.value ?? newDelivery(channelId, Date.parse(told.createdAt)));
      }),
    );
    return { ...told, status: statusOf(deliveries), deliveries };
  }
}

const shownDelivery = ({ since: _, taken: __, ...shown }: StoredDelivery): Delivery => shown;

function statusOf(deliveries: readonly Delivery[]): NotificationStatus {
  const has = (wanted: Delivery['status']): boolean => deliveries.some(({ status }) => status === wanted);
  if (has('dead')) return 'dead';
  if (has('pending')) return 'pending';
  return has('delivered') ? 'delivered' : 'unheard';
}
