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

export const createKeyRequest = z
  .strictObject({
    name: displayName(100),
    scope: scope.default('read'),
    projects: z.array(projectName).min(1).max(50).optional().describe('Binds the key to these projects'),
  })
  .meta({ id: 'CreateKeyRequest' });
export type CreateKeyRequest = z.output<typeof createKeyRequest>;

export const apiKey = z
  .object({
    keyId: identifier,
    name: z.string(),
    scope,
    projects: z.array(projectName).optional(),
    createdAt: timestamp,
    createdBy: z.string(),
  })
  .meta({ id: 'ApiKey' });
export type ApiKey = z.output<typeof apiKey>;

export const createdKey = apiKey
  .extend({ token: z.string().describe('Shown this once; only its hash is stored') })
  .meta({ id: 'CreatedKey' });
export type CreatedKey = z.output<typeof createdKey>;
