import type { AlertNotification } from '../../contracts/alerts.ts';
import type { HistoryTable } from '../../platform/table/history-table.ts';
import { keys } from '../../platform/table/keys.ts';
import { heardOf } from './hearing.ts';
import { channelItem, type StoredChannel } from './model.ts';

/** Which channels there are, for those who tell something. */
export class ChannelDirectory {
  readonly #table: HistoryTable;

  constructor(table: HistoryTable) {
    this.#table = table;
  }

  async get(channelId: string): Promise<StoredChannel | undefined> {
    return (await this.#table.get(channelItem, keys.channel(channelId)))?.value;
  }

  async all(): Promise<StoredChannel[]> {
    const found: StoredChannel[] = [];
    for await (const { value } of this.#table.all(channelItem, keys.channels())) found.push(value);
    return found;
  }

  /** Those that a notification is for. */
  async hearing(notification: AlertNotification): Promise<string[]> {
    return (await this.all())
      .filter(({ settings }) => heardOf(settings, notification) !== undefined)
      .map(({ channelId }) => channelId);
  }
}
