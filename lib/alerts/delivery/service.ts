import type { Parts } from '../../platform/parts.ts';
import type { Stored } from '../../platform/table/item.ts';
import { keys } from '../../platform/table/keys.ts';
import type { Couriers } from '../channels/couriers.ts';
import { ChannelDirectory } from '../channels/directory.ts';
import { heardOf } from '../channels/hearing.ts';
import { troubleItem } from '../channels/model.ts';
import { notificationEntryItem, notificationItem, retentionMs, type StoredNotification } from '../model.ts';
import { groupOf } from '../subjects.ts';
import { afterAttempt, claimed, givenUp, isWorn, newDelivery, troubledBy } from './decide.ts';
import { deliverMessage, type Errand } from './message.ts';
import { deliveryItem, type StoredDelivery } from './model.ts';
import type { Outcome } from './outcome.ts';

type ServiceParts = Pick<Parts, 'table' | 'clock' | 'send' | 'random'>;

/** No part is begun later in an attempt, so that the attempt is over before others may make the next one. */
const beginPartsMs = 25_000;

/**
 * Brings notifications to channels, at least once: an attempt is claimed, made and written down, in this order, so what a crash
 * cuts off is done again. What is sent again has the same id.
 */
export class Deliveries {
  readonly #parts: ServiceParts;
  readonly #channels: ChannelDirectory;
  readonly #couriers: Pick<Couriers, 'prepare'>;

  constructor(parts: ServiceParts, couriers: Pick<Couriers, 'prepare'>) {
    this.#parts = parts;
    this.#channels = new ChannelDirectory(parts.table);
    this.#couriers = couriers;
  }

  /** Tries once, when it is time; what is left to do has a message by then. */
  async deliver(errand: Errand): Promise<void> {
    const { table, clock } = this.#parts;
    const notification = (await table.get(notificationItem, keys.notification(errand.group, errand.sequence)))?.value;
    if (notification === undefined) return;
    const known = await this.#known(notification, errand.channelId);
    if (known === undefined || known.value.status !== 'pending') return;
    const now = clock();
    if (isLater(known.value.nextAttemptAt, now)) return this.#comeAgain(errand, known.value.nextAttemptAt);
    const channel = await this.#channels.get(errand.channelId);
    const heard = channel && heardOf(channel.settings, notification);
    if (channel === undefined || heard === undefined) {
      const detail = channel === undefined ? 'The channel was removed.' : 'The channel hears of such alerts no more.';
      await table.replace(known, { ...known.value, status: 'dropped', detail });
      return;
    }
    const trouble = await table.get(troubleItem, keys.channelTrouble(errand.channelId));
    if (isWorn(known.value, now)) return this.#bury(notification, known);
    if (isLater(trouble?.value.restsUntil, now)) return this.#comeAgain(errand, trouble?.value.restsUntil);
    const claim = await table.replace(known, claimed(known.value, now));
    if (claim === undefined) return this.#comeAgain(errand, undefined);
    const sending = this.#couriers.prepare(channel.settings, heard);
    const done = await this.#send(sending, claim.value.taken);
    await this.#note(errand.channelId, trouble !== undefined, done.outcome);
    await this.#writeDown(errand, notification, { claim, done });
  }

  /** When the queue itself has given a message up. */
  async giveUp({ group, sequence, channelId }: Errand): Promise<void> {
    const { table } = this.#parts;
    const notification = (await table.get(notificationItem, keys.notification(group, sequence)))?.value;
    if (notification === undefined) return;
    const known = await this.#known(notification, channelId);
    if (known?.value.status === 'pending') await this.#bury(notification, known);
  }

  async #known({ notificationId }: StoredNotification, channelId: string): Promise<Stored<StoredDelivery> | undefined> {
    const { table, clock } = this.#parts;
    const key = keys.delivery(notificationId, channelId);
    const made = newDelivery(channelId, clock());
    return (
      (await table.get(deliveryItem, key)) ??
      (await table.create(deliveryItem, key, made, { expiresAt: clock() + retentionMs })) ??
      table.get(deliveryItem, key)
    );
  }

  async #send(
    { parts, send }: ReturnType<Couriers['prepare']>,
    from: number,
  ): Promise<{ outcome: Outcome; taken: number; isCut: boolean }> {
    const { clock } = this.#parts;
    const begun = clock();
    let taken = from;
    let outcome: Outcome = { delivered: true };
    for (; taken < parts; taken++) {
      if (clock() - begun > beginPartsMs) return { outcome, taken, isCut: true };
      outcome = await send(taken);
      if (!outcome.delivered) break;
    }
    return { outcome, taken, isCut: false };
  }

  async #writeDown(
    errand: Errand,
    notification: StoredNotification,
    { claim, done }: { claim: Stored<StoredDelivery>; done: { outcome: Outcome; taken: number; isCut: boolean } },
  ): Promise<void> {
    const { table, clock, random } = this.#parts;
    const now = clock();
    if (done.isCut) {
      const { nextAttemptAt: _, ...going } = { ...claim.value, attempts: claim.value.attempts - 1, taken: done.taken };
      await table.replace(claim, going, { pending: [deliverMessage(errand)] });
      return;
    }
    const next = afterAttempt(claim.value, done, { now, random: random() });
    if (next.status === 'dead') await this.#mark(notification);
    const waitMs = next.nextAttemptAt === undefined ? 0 : Date.parse(next.nextAttemptAt) - now;
    await table.replace(claim, next, {
      pending: next.status === 'pending' ? [deliverMessage(errand, waitMs)] : [],
    });
  }

  async #note(channelId: string, hadTrouble: boolean, outcome: Outcome): Promise<void> {
    const { table, clock, random } = this.#parts;
    const key = keys.channelTrouble(channelId);
    if (outcome.delivered || outcome.final) {
      if (hadTrouble) await table.delete(key);
      return;
    }
    const known = await table.get(troubleItem, key);
    const trouble = troubledBy(known?.value, outcome, { now: clock(), random: random() });
    // Where another one was faster, the channel rests by what that has seen.
    if (known === undefined) await table.create(troubleItem, key, trouble, { expiresAt: clock() + retentionMs });
    else await table.replace(known, trouble);
  }

  async #bury(notification: StoredNotification, known: Stored<StoredDelivery>): Promise<void> {
    await this.#mark(notification);
    await this.#parts.table.replace(known, givenUp(known.value));
  }

  /** Before the delivery is dead: the list of the dead passes over what is not. */
  async #mark({ notificationId, project, sequence }: StoredNotification): Promise<void> {
    const { table, clock } = this.#parts;
    const entry = { notificationId, group: groupOf(project === undefined ? {} : { project }), sequence };
    const options = { expiresAt: clock() + retentionMs };
    await table.create(notificationEntryItem, keys.deadNotification(notificationId), entry, options);
  }

  /** A second later where nothing says when. */
  async #comeAgain(errand: Errand, at: string | undefined): Promise<void> {
    const { clock, send } = this.#parts;
    const waitMs = at === undefined ? 0 : Date.parse(at) - clock();
    await send([deliverMessage(errand, Math.max(1000, waitMs))]);
  }
}

const isLater = (at: string | undefined, now: number): boolean => at !== undefined && Date.parse(at) > now;
