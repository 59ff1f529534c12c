import { z } from 'zod';
import { apiKey } from '../../contracts/keys.ts';
import type { ItemType } from '../table/item.ts';

/** An API key at rest: of its secret only the SHA-256 is kept. The secret has 256 bits, so no slower hash is needed. */
const storedKey = apiKey.extend({
  secretHash: z.base64url(),
  /** Of the secret before it, which is taken until `previousSecretUntil`. */
  previousSecretHash: z.base64url().optional(),
});
export type StoredKey = z.output<typeof storedKey>;

export const keyItem: ItemType<StoredKey> = { name: 'ApiKey', version: 1, schema: storedKey };
