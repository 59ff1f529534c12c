import { createHmac, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { HistoryTable } from '../../platform/table/history-table.ts';
import type { ItemType } from '../../platform/table/item.ts';
import { keys } from '../../platform/table/keys.ts';
import type { Pseudonym } from './seen-request.ts';

const pseudonymKey = z.object({ key: z.base64() });
const pseudonymKeyItem: ItemType<z.output<typeof pseudonymKey>> = {
  name: 'PseudonymKey',
  version: 1,
  schema: pseudonymKey,
};

const keyBytes = 32;
/** 128 bits, as hexadecimal digits. */
const digestLength = 32;
const isHash = (text: string): boolean => /^[0-9a-f]{64}$/i.test(text);

/**
 * Hashes who sent requests, and from where, with a key of the project: what is kept tells one person from another, within the
 * project, and names nobody. The key never leaves Headroom, so that addresses, of which there are few, cannot be tried out.
 */
export class Pseudonyms {
  readonly #table: HistoryTable;
  readonly #keys = new Map<string, string>();

  constructor(table: HistoryTable) {
    this.#table = table;
  }

  async of(project: string): Promise<Pseudonym> {
    const key = this.#keys.get(project) ?? (await this.#obtain(project));
    this.#keys.set(project, key);
    const secret = Buffer.from(key, 'base64');
    return (name) =>
      isHash(name)
        ? name.toLowerCase()
        : createHmac('sha256', secret).update(name).digest('hex').slice(0, digestLength);
  }

  /** Made at the first use; of two that make it at once, both take the one that was kept. */
  async #obtain(project: string): Promise<string> {
    const place = keys.telemetryPseudonyms(project);
    const known = await this.#table.get(pseudonymKeyItem, place);
    if (known !== undefined) return known.value.key;
    const fresh = { key: randomBytes(keyBytes).toString('base64') };
    if ((await this.#table.create(pseudonymKeyItem, place, fresh)) !== undefined) return fresh.key;
    return this.#obtain(project);
  }
}
