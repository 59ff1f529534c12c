import { z } from 'zod';
import { displayName, identifier, projectName, timestamp } from './names.ts';

/** Each scope includes those after it. */
export const scopes = ['admin', 'operate', 'write', 'read'] as const;
export const scope = z.enum(scopes).meta({ id: 'Scope' });
export type Scope = z.output<typeof scope>;

/** True when a holder of `held` may do what needs `needed`. */
export const scopeIncludes = (held: Scope, needed: Scope): boolean => scopes.indexOf(held) <= scopes.indexOf(needed);

/** `hr_<id>_<secret>`: the id finds the stored hash, the secret (256 bits, base64url) proves the holder. */
export const apiKeyPattern = /^hr_([0-9A-HJKMNP-TV-Z]{26})_([A-Za-z0-9_-]{43})$/;

const requestsPerMinute = z
  .number()
  .int()
  .min(1)
  .max(1_000_000)
  .describe(
    'What the key may ask of one process of a function; absent: as the deployment has it. Data: 20 times as much',
  );

export const createKeyRequest = z
  .strictObject({
    name: displayName(100),
    scope: scope.default('read'),
    projects: z.array(projectName).min(1).max(50).optional().describe('Binds the key to these projects'),
    expiresAt: timestamp.optional().describe('When the key is taken no more; absent: it lasts until it is revoked'),
    requestsPerMinute: requestsPerMinute.optional(),
  })
  .meta({ id: 'CreateKeyRequest' });
export type CreateKeyRequest = z.output<typeof createKeyRequest>;

export const apiKey = z
  .object({
    keyId: identifier,
    name: z.string(),
    scope,
    projects: z.array(projectName).optional(),
    expiresAt: timestamp.optional(),
    requestsPerMinute: requestsPerMinute.optional(),
    createdAt: timestamp,
    createdBy: z.string(),
    lastUsedAt: timestamp.optional().describe('To the hour; absent: never yet'),
    rotatedAt: timestamp.optional().describe('When it was last given a new secret'),
    previousSecretUntil: timestamp.optional().describe('Until then the secret before it is taken too'),
  })
  .meta({ id: 'ApiKey' });
export type ApiKey = z.output<typeof apiKey>;

export const createdKey = apiKey
  .extend({ token: z.string().describe('Shown this once; only its hash is stored') })
  .meta({ id: 'CreatedKey' });
export type CreatedKey = z.output<typeof createdKey>;

const maxGraceSeconds = 7 * 86_400;

export const rotateKeyRequest = z
  .strictObject({
    graceSeconds: z
      .number()
      .int()
      .min(0)
      .max(maxGraceSeconds)
      .default(3_600)
      .describe('So long is the old secret taken beside the new one; 0: it is known to somebody who must not know it'),
  })
  .meta({ id: 'RotateKeyRequest' });
