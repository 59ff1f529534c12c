import type { Oidc } from '../oidc/open.ts';

/**
 * Where the page must be let to exchange a code of the OIDC issuer for a token: its token endpoint need not be on the issuer's own
 * origin. None where there is no issuer, or nothing is known of it just now: API keys still sign in.
 */
export async function signInOrigins(oidc: Pick<Oidc, 'settings' | 'keys'> | undefined): Promise<string[]> {
  if (oidc?.settings.clientId === undefined) return [];
  const known = await oidc.keys.having(undefined).catch(() => undefined);
  return known?.tokenEndpoint === undefined ? [] : [new URL(known.tokenEndpoint).origin];
}
