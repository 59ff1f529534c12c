import { type Scope, scopeIncludes } from '../../contracts/keys.ts';
import { projectName } from '../../contracts/names.ts';
import type { OidcSettings } from '../../contracts/oidc.ts';

export type Claims = Readonly<Record<string, unknown>>;

/** As RFC 6749 writes scopes, one text with spaces; as roles and groups are usually written, a list of texts. */
function valuesOf(claim: unknown): string[] {
  if (typeof claim === 'string') return claim.split(' ').filter((value) => value !== '');
  return Array.isArray(claim) ? claim.filter((value) => typeof value === 'string') : [];
}

/** A claim is named as it stands, or by its path: `realm_access.roles`. */
function claimOf(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  let value: unknown = claims;
  for (const part of name.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}

/** @returns the widest scope that the token's claim stands for; undefined where it stands for none. */
export function scopeOf(claims: Claims, { scopeClaim, scopes }: OidcSettings): Scope | undefined {
  let widest: Scope | undefined;
  for (const value of valuesOf(claimOf(claims, scopeClaim))) {
    const scope = Object.hasOwn(scopes, value) ? scopes[value] : undefined;
    if (scope !== undefined && (widest === undefined || scopeIncludes(scope, widest))) widest = scope;
  }
  return widest;
}

/**
 * The projects that the token is bound to; undefined: every one. What names no project that there could be binds to nothing,
 * and neither does a token without the claim, once a deployment goes by one.
 */
export function projectsOf(claims: Claims, { projectsClaim }: OidcSettings): string[] | undefined {
  if (projectsClaim === undefined) return undefined;
  const values = valuesOf(claimOf(claims, projectsClaim));
  return values.includes('*') ? undefined : values.filter((value) => projectName.safeParse(value).success);
}

const maxNameLength = 100;

/** What people know the holder by. It is shown, so it holds nothing that changes how other text is shown. */
export function nameOf(claims: Claims, subject: string): string {
  const names = [claims.name, claims.preferred_username, claims.email, claims.client_id, claims.azp];
  const given = names.find((name) => typeof name === 'string' && name.trim() !== '');
  const shown = String(given ?? subject)
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '');
  return [...shown].slice(0, maxNameLength).join('') || subject.slice(0, maxNameLength);
}
