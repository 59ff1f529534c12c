import { createHmac } from 'node:crypto';
import type { ApiKey, CreatedKey, CreateKeyRequest } from '../../contracts/keys.ts';
import type { Page, PageQuery } from '../../contracts/page.ts';
import { type Clock, isoTime } from '../clock.ts';
import { notFound } from '../errors.ts';
import type { Ids } from '../ids.ts';
import type { HistoryTable } from '../table/history-table.ts';
import { keys } from '../table/keys.ts';
import { keyItem, type StoredKey } from './model.ts';
import { formatToken, hashSecret, newSecret, parseToken, secretMatches } from './token.ts';

const withoutHash = ({ secretHash: _, ...shown }: StoredKey): ApiKey => shown;

/** API keys: made, listed, revoked, and matched against the tokens that callers present. */
export class KeyService {
  readonly #table: HistoryTable;
  readonly #clock: Clock;
  readonly #ids: Ids;

  constructor({ table, clock, ids }: { table: HistoryTable; clock: Clock; ids: Ids }) {
    this.#table = table;
    this.#clock = clock;
    this.#ids = ids;
  }

  /** @param createdBy who asked for it, for the record. */
  async create(request: CreateKeyRequest, createdBy: string): Promise<CreatedKey> {
    const now = this.#clock();
    const keyId = this.#ids(now);
    const secret = newSecret();
    const key: ApiKey = { keyId, ...request, createdAt: isoTime(now), createdBy };
    await this.#table.create(keyItem, keys.apiKey(keyId), { ...key, secretHash: hashSecret(secret) });
    return { ...key, token: formatToken({ keyId, secret }) };
  }

  async list(query: PageQuery): Promise<Page<ApiKey>> {
    const page = await this.#table.page(keyItem, keys.apiKeys(), query);
    return { ...page, items: page.items.map(withoutHash) };
  }

  /** In force at once here, and elsewhere when caches of authentication have run out (30 s). */
  async revoke(keyId: string): Promise<void> {
    const existed = await this.#table.delete(keys.apiKey(keyId));
    if (!existed) throw notFound(`The key ${keyId}`);
  }

  /** @returns the key that the token proves, or undefined when it proves none. */
  async match(token: string): Promise<ApiKey | undefined> {
    const parsed = parseToken(token);
    if (parsed === undefined) return undefined;
    const found = await this.#table.get(keyItem, keys.apiKey(parsed.keyId));
    if (found === undefined || !secretMatches(parsed.secret, found.value.secretHash)) return undefined;
    return withoutHash(found.value);
  }

  /**
   * HMAC-SHA256 in base64url, with what is kept of the key's secret: whoever has the key can tell that the text is from somebody who
   * has the key, or the table.
   *
   * @returns undefined when there is no such key any more
   */
  async sign(keyId: string, text: string): Promise<string | undefined> {
    const found = await this.#table.get(keyItem, keys.apiKey(keyId));
    return found && createHmac('sha256', found.value.secretHash).update(text).digest('base64url');
  }
}
