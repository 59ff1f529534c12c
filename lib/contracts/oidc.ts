import { z } from 'zod';
import { type Scope, scope } from './keys.ts';

/** What the values of the claim stand for where a deployment says nothing else. */
export const defaultOidcScopes: Readonly<Record<string, Scope>> = {
  'headroom:read': 'read',
  'headroom:write': 'write',
  'headroom:operate': 'operate',
  'headroom:admin': 'admin',
};

/** Over plain HTTP an issuer's keys could be anybody's; on this machine there is nobody in between. */
export const isSafeIssuerUrl = (text: string): boolean => {
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.hash !== '') return false;
  return (
    url.protocol === 'https:' || (url.protocol === 'http:' && /^(127\.0\.0\.1|localhost|\[::1\])$/.test(url.hostname))
  );
};

const issuerUrl = z
  .string()
  .max(500)
  .refine(isSafeIssuerUrl, 'must be an https URL')
  .refine((text) => !text.includes('?'), 'must have no query');

const claim = z.string().min(1).max(200);

/** Whose tokens are taken beside API keys, and what they say of their holders. */
export const oidcSettings = z.object({
  issuer: issuerUrl.describe('As the claim `iss` of its tokens spells it'),
  audience: z.string().min(1).max(500).describe('Among the claim `aud` of every token that is taken'),
  clientId: z.string().min(1).max(500).optional(),
  scopeClaim: claim.default('scope'),
  scopes: z.record(z.string(), scope).default(defaultOidcScopes),
  projectsClaim: claim.optional(),
  signInScope: z.string().min(1).max(1_000).optional(),
});
export type OidcSettings = z.output<typeof oidcSettings>;

/** As the environment of a function carries them: JSON, `null` where tokens of no issuer are taken. */
export const oidcSetting = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue({ code: 'custom', message: 'must be JSON' });
      return z.NEVER;
    }
  })
  .pipe(oidcSettings.nullable());
