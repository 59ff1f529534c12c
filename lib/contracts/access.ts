import { z } from 'zod';
import { scope } from './keys.ts';
import { identifier, projectName, timestamp } from './names.ts';

export const callerKind = z.enum(['api-key', 'oidc']);
export type CallerKind = z.output<typeof callerKind>;

/** Who a token is taken for. */
export const callerInfo = z
  .object({
    kind: callerKind,
    name: z.string(),
    scope,
    projects: z.array(projectName).optional().describe('Absent: every project'),
    keyId: identifier.optional().describe('Of an API key'),
    subject: z.string().optional().describe('Of a token of the OIDC issuer'),
    expiresAt: timestamp.optional().describe('When the key or the token is taken no more'),
  })
  .meta({ id: 'Caller' });
export type CallerInfo = z.output<typeof callerInfo>;

/** What a browser needs for the authorization code flow with PKCE. */
export const signIn = z
  .object({
    oidc: z
      .object({
        issuer: z.string(),
        clientId: z.string(),
        authorizationEndpoint: z.string(),
        tokenEndpoint: z.string(),
        scope: z.string().describe('What to ask the issuer for, separated by spaces'),
      })
      .optional()
      .describe('Absent: API keys are the only way in'),
  })
  .meta({ id: 'SignIn' });
export type SignIn = z.output<typeof signIn>;
