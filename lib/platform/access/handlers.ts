import type { CallerInfo, SignIn } from '../../contracts/access.ts';
import type { OidcSettings } from '../../contracts/oidc.ts';
import { isoTime } from '../clock.ts';
import { DomainError } from '../errors.ts';
import type { Caller } from '../http/authenticate.ts';
import type { Handlers } from '../http/door.ts';
import type { Oidc } from '../oidc/open.ts';
import { subjectOf } from '../oidc/subject.ts';

type AccessHandlers = Pick<Handlers<'platform-api'>, 'getCaller' | 'getSignIn'>;

/** @param oidc undefined: there is no issuer, and API keys are the only way in */
export const accessHandlers = (oidc: Pick<Oidc, 'settings' | 'keys'> | undefined): AccessHandlers => ({
  getCaller: async ({ caller }) => ({ status: 200, headers: notKept, body: infoOf(caller) }),
  getSignIn: async () => ({
    status: 200,
    headers: { 'cache-control': 'no-cache' },
    body: oidc === undefined ? {} : await signInOf(oidc),
  }),
});

/** It depends on the key that was sent. */
const notKept = { 'cache-control': 'no-store' };

const infoOf = (caller: Caller): CallerInfo => ({
  kind: caller.kind,
  name: caller.name,
  scope: caller.scope,
  ...(caller.projects === undefined ? {} : { projects: [...caller.projects] }),
  ...(caller.kind === 'api-key' ? { keyId: caller.id } : { subject: subjectOf(caller.id) }),
  ...(caller.expiresAt === undefined ? {} : { expiresAt: isoTime(caller.expiresAt) }),
});

/** Nothing without a client for browsers: tokens of the issuer are taken then, but come from elsewhere. */
async function signInOf({ settings, keys }: Pick<Oidc, 'settings' | 'keys'>): Promise<SignIn> {
  const { clientId, issuer } = settings;
  if (clientId === undefined) return {};
  const { authorizationEndpoint, tokenEndpoint } = await keys.having(undefined);
  if (authorizationEndpoint === undefined || tokenEndpoint === undefined) {
    throw new DomainError('unavailable', 'The OIDC issuer names no endpoints to sign in by.', {
      retryAfterSeconds: 60,
    });
  }
  return { oidc: { issuer, clientId, authorizationEndpoint, tokenEndpoint, scope: askedOf(settings) } };
}

/** Scopes of their own can be asked for only where a token's scopes are what the deployment goes by. */
const askedOf = ({ signInScope, scopeClaim, scopes }: OidcSettings): string =>
  signInScope ?? ['openid', 'profile', ...(scopeClaim === 'scope' ? Object.keys(scopes) : [])].join(' ');
