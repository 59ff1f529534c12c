import { createHmac } from 'node:crypto';
import type { ApiKey, CreatedKey, CreateKeyRequest } from '../../contracts/keys.ts';
import type { Page, PageQuery } from '../../contracts/page.ts';
import { type Clock, isoTime } from '../clock.ts';
import { DomainError, notFound } from '../errors.ts';
import type { Ids } from '../ids.ts';
import { filteredPage } from '../table/filtered-page.ts';
import type { HistoryTable, WriteOptions } from '../table/history-table.ts';
import type { Stored } from '../table/item.ts';
import { keys } from '../table/keys.ts';
import { keyItem, type StoredKey } from './model.ts';
import { formatToken, hashSecret, newSecret, parseToken, type SecretOf, secretMatches } from './token.ts';

/** A key that has expired is still listed for so long, so that its owner sees why it is refused. */
const listedAfterEndMs = 30 * 86_400_000;
/** How coarse `lastUsedAt` is: a key that is used all the time is written once in it. */
const useNotedEveryMs = 3_600_000;
/** Others who write the same key lose one race each; more than these do not meet. */
const maxTries = 10;

/** A key, and by which of its secrets it was proven. */
export interface MatchedKey extends ApiKey {
  secretOf: SecretOf;
}

const withoutHashes = ({ secretHash: _, previousSecretHash: __, ...shown }: StoredKey): ApiKey => shown;

/** API keys: made, listed, rotated, revoked, and matched against the tokens that callers present. */
export class KeyService {
  readonly #table: HistoryTable;
  readonly #clock: Clock;
  readonly #ids: Ids;

  constructor({ table, clock, ids }: { table: HistoryTable; clock: Clock; ids: Ids }) {
    this.#table = table;
    this.#clock = clock;
    this.#ids = ids;
  }

  /**
   * @param createdBy who asked for it, for the record
   * @throws DomainError invalid-request for an end that has passed
   */
  async create(request: CreateKeyRequest, createdBy: string): Promise<CreatedKey> {
    const now = this.#clock();
    if (hasEnded(request, now)) {
      const fieldErrors = [{ path: 'body.expiresAt', message: 'must be in the future' }];
      throw new DomainError('invalid-request', 'body.expiresAt: must be in the future', { fieldErrors });
    }
    const keyId = this.#ids(now);
    const secret = newSecret();
    const key: ApiKey = { keyId, ...request, createdAt: isoTime(now), createdBy };
    await this.#table.create(
      keyItem,
      keys.apiKey(keyId),
      { ...key, secretHash: hashSecret(secret) },
      forgottenAfter(request),
    );
    return { ...key, token: formatToken({ keyId, secret }) };
  }

  async list(query: PageQuery, isWanted: (key: ApiKey) => boolean = () => true): Promise<Page<ApiKey>> {
    return filteredPage(
      async (limit, cursor) => {
        const page = await this.#table.page(
          keyItem,
          keys.apiKeys(),
          cursor === undefined ? { limit } : { limit, cursor },
        );
        return { ...page, items: page.items.map(withoutHashes) };
      },
      query,
      isWanted,
    );
  }

  /** @throws DomainError not-found */
  async get(keyId: string): Promise<ApiKey> {
    return withoutHashes((await this.#require(keyId)).value);
  }

  /** In force at once here, and elsewhere when caches of authentication have run out (30 s). */
  async revoke(keyId: string): Promise<void> {
    const existed = await this.#table.delete(keys.apiKey(keyId));
    if (!existed) throw notFound(`The key ${keyId}`);
  }

  /**
   * Gives the key a new secret; all else of it stays. The old one is taken until the grace is over, and then no more within
   * 30 s; one that was still taken from a rotation before is not taken any more.
   *
   * @throws DomainError not-found, conflict for a key that has expired
   */
  async rotate(keyId: string, graceSeconds: number): Promise<CreatedKey> {
    const secret = newSecret();
    for (let tries = 0; tries < maxTries; tries++) {
      const now = this.#clock();
      const found = await this.#require(keyId);
      if (hasEnded(found.value, now))
        throw new DomainError('conflict', `The key ${keyId} has expired: make a new one.`);
      const { secretHash, previousSecretHash: _, previousSecretUntil: __, ...rest } = found.value;
      const value: StoredKey = {
        ...rest,
        rotatedAt: isoTime(now),
        secretHash: hashSecret(secret),
        ...(graceSeconds === 0
          ? {}
          : { previousSecretHash: secretHash, previousSecretUntil: isoTime(now + graceSeconds * 1000) }),
      };
      const replaced = await this.#table.replace(found, value);
      if (replaced !== undefined) return { ...withoutHashes(value), token: formatToken({ keyId, secret }) };
    }
    throw new DomainError('conflict', `The key ${keyId} is being changed by somebody else. Try again.`);
  }

  /**
   * @param notesUse it may write when the key was last used
   * @returns the key that the token proves, or undefined when it proves none
   */
  async match(token: string, { notesUse = false } = {}): Promise<MatchedKey | undefined> {
    const parsed = parseToken(token);
    if (parsed === undefined) return undefined;
    const found = await this.#table.get(keyItem, keys.apiKey(parsed.keyId));
    const now = this.#clock();
    if (found === undefined || hasEnded(found.value, now)) return undefined;
    const secretOf = provenBy(parsed.secret, found.value, now);
    if (secretOf === undefined) return undefined;
    if (notesUse) await this.#noteUse(found, now);
    return { ...withoutHashes(found.value), secretOf };
  }

  /**
   * HMAC-SHA256 in base64url, with what is kept of the key's secret: whoever has the key can tell that the text is from somebody who
   * has the key, or the table.
   *
   * @param secretOf which secret of the key the other side has
   * @returns undefined when there is no such key or secret any more
   */
  async sign(keyId: string, text: string, secretOf: SecretOf = 'current'): Promise<string | undefined> {
    const found = await this.#table.get(keyItem, keys.apiKey(keyId));
    const secretHash = secretOf === 'current' ? found?.value.secretHash : found?.value.previousSecretHash;
    return secretHash && createHmac('sha256', secretHash).update(text).digest('base64url');
  }

  async #require(keyId: string): Promise<Stored<StoredKey>> {
    const found = await this.#table.get(keyItem, keys.apiKey(keyId));
    if (found === undefined) throw notFound(`The key ${keyId}`);
    return found;
  }

  /** Whoever writes the key at the same time wins; that a note fails keeps nobody out. */
  async #noteUse(found: Stored<StoredKey>, now: number): Promise<void> {
    const { lastUsedAt } = found.value;
    if (lastUsedAt !== undefined && now - Date.parse(lastUsedAt) < useNotedEveryMs) return;
    await this.#table.replace(found, { ...found.value, lastUsedAt: isoTime(now) }).catch(() => undefined);
  }
}

const hasEnded = ({ expiresAt }: Pick<ApiKey, 'expiresAt'>, now: number): boolean =>
  expiresAt !== undefined && Date.parse(expiresAt) <= now;

const forgottenAfter = ({ expiresAt }: Pick<ApiKey, 'expiresAt'>): WriteOptions =>
  expiresAt === undefined ? {} : { expiresAt: Date.parse(expiresAt) + listedAfterEndMs };

function provenBy(secret: string, key: StoredKey, now: number): SecretOf | undefined {
  if (secretMatches(secret, key.secretHash)) return 'current';
  const { previousSecretHash, previousSecretUntil } = key;
  if (previousSecretHash === undefined || previousSecretUntil === undefined) return undefined;
  const isTaken = Date.parse(previousSecretUntil) > now && secretMatches(secret, previousSecretHash);
  return isTaken ? 'previous' : undefined;
}
