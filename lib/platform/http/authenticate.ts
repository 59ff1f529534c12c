import { hash } from 'node:crypto';
import type { CallerKind } from '../../contracts/access.ts';
import { type Scope, scopeIncludes } from '../../contracts/keys.ts';
import type { Clock } from '../clock.ts';
import { DomainError } from '../errors.ts';
import type { MatchedKey } from '../keys/service.ts';
import type { SecretOf } from '../keys/token.ts';
import { looksLikeJwt, type TokenVerifier } from '../oidc/token-verifier.ts';
import type { RateLimits } from './rate-limits/rate-limits.ts';

/** Who calls. */
export interface Caller {
  kind: CallerKind;
  /** Of the API key; of a token of the OIDC issuer `oidc:` and its subject. Names the caller in records. */
  id: string;
  name: string;
  scope: Scope;
  /** Undefined: every project. */
  projects: readonly string[] | undefined;
  /** When the key or the token is taken no more, in epoch milliseconds; undefined: never by itself. */
  expiresAt?: number;
  /** Of the key, in place of the deployment's. */
  requestsPerMinute?: number;
  /** Of an API key: by which of its secrets it was proven. */
  secretOf?: SecretOf;
}

export const mayUseProject = (caller: Pick<Caller, 'projects'>, project: string): boolean =>
  caller.projects === undefined || caller.projects.includes(project);

/** What the caller is known by, in words. */
export const credentialOf = ({ kind }: Pick<Caller, 'kind'>): string => (kind === 'oidc' ? 'token' : 'API key');

/** For requests that name a project elsewhere than in their path. */
export function requireProject(caller: Caller, project: string): void {
  if (!mayUseProject(caller, project)) {
    throw new DomainError('forbidden', `This ${credentialOf(caller)} is bound to other projects than ${project}.`);
  }
}

/** For what belongs to the whole deployment: a key that is bound to projects has no say there. */
export function requireUnbound(caller: Caller): void {
  if (caller.projects !== undefined) {
    const credential = credentialOf(caller);
    throw new DomainError(
      'forbidden',
      `This ${credential} is bound to projects and cannot act on the whole deployment.`,
    );
  }
}

export function requireScope(caller: Caller, needed: Scope): void {
  if (!scopeIncludes(caller.scope, needed)) {
    throw new DomainError(
      'forbidden',
      `This needs the scope ${needed}; the ${credentialOf(caller)} has ${caller.scope}.`,
    );
  }
}

/** The stated bound on revocation: so long may a revoked key still be taken. */
const cacheMs = 30_000;
const cacheEntries = 10_000;

/** @param address that the request comes from */
export type Authenticate = (authorization: string | undefined, address: string) => Promise<Caller>;

/**
 * Tells who calls by the `Authorization` header. Answers are remembered for 30 s, by the hash of the token.
 * @param tokens undefined: the deployment has no OIDC issuer, and takes API keys only
 */
export function authenticator(
  match: (token: string) => Promise<MatchedKey | undefined>,
  tokens: Pick<TokenVerifier, 'verify'> | undefined,
  limits: Pick<RateLimits, 'requireFewFailures' | 'noteFailure'>,
  clock: Clock,
): Authenticate {
  const prove = async (token: string): Promise<Caller> => {
    if (tokens !== undefined && looksLikeJwt(token)) return tokens.verify(token);
    const key = await match(token);
    if (key === undefined)
      throw new DomainError('unauthenticated', 'This API key does not exist, has expired, or was revoked.');
    return callerOf(key);
  };

  const known = new Map<string, { caller: Caller; until: number }>();

  const remember = (digest: string, caller: Caller): void => {
    // The oldest goes: insertion order is age.
    for (const oldest of known.keys()) {
      if (known.size < cacheEntries) break;
      known.delete(oldest);
    }
    known.set(digest, { caller, until: Math.min(clock() + cacheMs, caller.expiresAt ?? Number.POSITIVE_INFINITY) });
  };

  const identify = async (authorization: string | undefined, address: string): Promise<Caller> => {
    if (authorization === undefined) {
      throw new DomainError('unauthenticated', 'Send an API key: `Authorization: Bearer hr_...`.');
    }
    const [, token] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
    if (token === undefined) {
      throw new DomainError('unauthenticated', 'The Authorization header must read `Bearer <API key>`.');
    }
    const digest = hash('sha256', token, 'base64');
    const cached = known.get(digest);
    if (cached !== undefined && cached.until > clock()) return cached.caller;
    known.delete(digest);
    limits.requireFewFailures(address);
    const caller = await prove(token);
    remember(digest, caller);
    return caller;
  };

  return async (authorization, address) => {
    try {
      return await identify(authorization, address);
    } catch (error) {
      if (error instanceof DomainError && error.code === 'unauthenticated') limits.noteFailure(address);
      throw error;
    }
  };
}

const callerOf = (key: MatchedKey): Caller => {
  const { keyId, name, scope, projects, requestsPerMinute, secretOf } = key;
  const ends = [key.expiresAt, secretOf === 'previous' ? key.previousSecretUntil : undefined];
  const expiresAt = Math.min(...ends.filter((end) => end !== undefined).map((end) => Date.parse(end)));
  return {
    kind: 'api-key',
    id: keyId,
    name,
    scope,
    projects,
    secretOf,
    ...(Number.isFinite(expiresAt) ? { expiresAt } : {}),
    ...(requestsPerMinute === undefined ? {} : { requestsPerMinute }),
  };
};
