import type { Channel, ChannelRequest, ChannelTest } from '../../contracts/channels.ts';
import type { Page, PageQuery } from '../../contracts/page.ts';
import { isoTime } from '../../platform/clock.ts';
import { DomainError, notFound } from '../../platform/errors.ts';
import type { Parts } from '../../platform/parts.ts';
import { keys } from '../../platform/table/keys.ts';
import type { Outcome } from '../delivery/outcome.ts';
import { Couriers } from './couriers.ts';
import { ChannelDirectory } from './directory.ts';
import { channelItem, type StoredChannel, troubleItem } from './model.ts';
import { type PostOptions, requireReceiverUrl } from './post.ts';
import { completed, shownChannel } from './settings.ts';
import { testNotification } from './test-notification.ts';

type ServiceParts = Pick<Parts, 'table' | 'clock' | 'ids'>;

/** Every notification is held against every channel, and has a message for each that hears it. */
const maxChannels = 100;

/** Channels: where alerts are told, kept with their secrets. */
export class ChannelService {
  readonly #parts: ServiceParts;
  readonly #post: PostOptions;
  readonly #directory: ChannelDirectory;
  readonly #couriers: Couriers;

  constructor(parts: ServiceParts, post: PostOptions) {
    this.#parts = parts;
    this.#post = post;
    this.#directory = new ChannelDirectory(parts.table);
    this.#couriers = new Couriers(post);
  }

  /** @throws DomainError invalid-request, target-not-allowed, quota-exceeded, conflict */
  async put(channelId: string, request: ChannelRequest, by: string): Promise<{ channel: Channel; isNew: boolean }> {
    const { table, clock } = this.#parts;
    const current = await table.get(channelItem, keys.channel(channelId));
    const settings = completed(request, current?.value.settings);
    if ('url' in settings && settings.url !== undefined) await requireReceiverUrl(settings.url, this.#post);
    if (current === undefined && (await this.#directory.all()).length >= maxChannels) {
      throw new DomainError('quota-exceeded', `There are ${maxChannels} channels already, which is the most.`);
    }
    const now = isoTime(clock());
    const { createdAt = now, createdBy = by } = current?.value ?? {};
    const value: StoredChannel = { channelId, settings, createdAt, createdBy, updatedAt: now };
    const written =
      current === undefined
        ? await table.create(channelItem, keys.channel(channelId), value)
        : await table.replace(current, value);
    if (written === undefined) {
      throw new DomainError('conflict', `The channel ${channelId} was changed by someone else at the same time.`);
    }
    // What was wrong may have been what was changed.
    await table.delete(keys.channelTrouble(channelId));
    return { channel: shownChannel(value, undefined), isNew: current === undefined };
  }

  /** @returns undefined when there is none */
  async find(channelId: string): Promise<Channel | undefined> {
    const found = await this.#directory.get(channelId);
    return found && this.#show(found);
  }

  /** @throws DomainError not-found */
  async get(channelId: string): Promise<Channel> {
    return this.#show(await this.#require(channelId));
  }

  /** @param visible which channels the caller may see */
  async list(query: PageQuery, visible: (projects: readonly string[] | undefined) => boolean): Promise<Page<Channel>> {
    const page = await this.#parts.table.page(channelItem, keys.channels(), query);
    const seen = page.items.filter(({ settings }) => visible(settings.projects));
    return { ...page, items: await Promise.all(seen.map((each) => this.#show(each))) };
  }

  async delete(channelId: string): Promise<void> {
    await this.#parts.table.delete(keys.channelTrouble(channelId));
    await this.#parts.table.delete(keys.channel(channelId));
  }

  /** Sends something once, now. @throws DomainError not-found */
  async test(channelId: string): Promise<ChannelTest> {
    const { clock, ids } = this.#parts;
    const { settings } = await this.#require(channelId);
    const begun = clock();
    const sending = this.#couriers.prepare(settings, testNotification(settings.kind, ids(begun), begun));
    let outcome: Outcome = { delivered: true };
    for (let part = 0; part < sending.parts && outcome.delivered; part++) outcome = await sending.send(part);
    return {
      delivered: outcome.delivered,
      ...(outcome.status === undefined ? {} : { status: outcome.status }),
      detail: outcome.delivered ? 'The receiver has taken it.' : outcome.detail,
      durationMs: clock() - begun,
    };
  }

  async #show(stored: StoredChannel): Promise<Channel> {
    const trouble = await this.#parts.table.get(troubleItem, keys.channelTrouble(stored.channelId));
    return shownChannel(stored, trouble?.value);
  }

  async #require(channelId: string): Promise<StoredChannel> {
    const found = await this.#directory.get(channelId);
    if (found === undefined) throw notFound(`The channel ${channelId}`);
    return found;
  }
}
