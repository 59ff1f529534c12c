import type { SignIn } from '../../contracts/access.ts';
import { ApiError } from '../api/api-error.ts';

/** Where the API's issuer has people sign in. */
export type OidcOptions = NonNullable<SignIn['oidc']>;

/** What is kept while the reader is at the issuer. */
interface Begun extends OidcOptions {
  verifier: string;
  state: string;
  nonce: string;
  /** Where the reader wanted to go. */
  returnTo: string;
}

const name = 'headroom-sign-in';
const callbackPath = '/dashboard/sign-in';
const redirectUri = (): string => location.origin + callbackPath;

const base64Url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
const random = (): string => base64Url(crypto.getRandomValues(new Uint8Array(32)));

/** Leaves for the issuer: authorization code flow with PKCE (RFC 7636), which needs no secret in a browser. */
export async function beginSignIn(options: OidcOptions): Promise<void> {
  const returnTo = isAtCallback() ? '/dashboard' : location.pathname + location.search;
  const begun: Begun = { ...options, verifier: random(), state: random(), nonce: random(), returnTo };
  sessionStorage.setItem(name, JSON.stringify(begun));
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(begun.verifier));
  const address = new URL(options.authorizationEndpoint);
  const parameters = {
    response_type: 'code',
    client_id: options.clientId,
    redirect_uri: redirectUri(),
    scope: options.scope,
    state: begun.state,
    nonce: begun.nonce,
    code_challenge: base64Url(new Uint8Array(digest)),
    code_challenge_method: 'S256',
  };
  for (const [key, value] of Object.entries(parameters)) address.searchParams.set(key, value);
  location.assign(address);
}

const isAtCallback = (): boolean => location.pathname === callbackPath;

/** The issuer has sent the reader back. */
export const isCallback = (): boolean => isAtCallback() && /[?&](code|error)=/.test(location.search);

/**
 * Exchanges the code that the issuer sent for a token, and goes back to where the reader wanted to go.
 * @throws ApiError in one sentence when the issuer refuses, or when what it sent does not belong to what was begun
 */
export async function finishSignIn(): Promise<string> {
  const answer = new URLSearchParams(location.search);
  const begun = takeBegun();
  history.replaceState(history.state, '', begun?.returnTo ?? '/dashboard');
  // The router looks at the address only when it is told to.
  dispatchEvent(new PopStateEvent('popstate'));
  const refusal = answer.get('error_description') ?? answer.get('error');
  if (refusal !== null) throw failure(`The sign-in was refused: ${refusal}.`);
  if (begun === undefined || answer.get('state') !== begun.state) {
    throw failure('This sign-in was not begun in this tab. Please try again.');
  }
  const response = await fetch(begun.tokenEndpoint, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: answer.get('code') ?? '',
      redirect_uri: redirectUri(),
      client_id: begun.clientId,
      code_verifier: begun.verifier,
    }),
  }).catch(() => undefined);
  const tokens: { access_token?: string; id_token?: string } = response?.ok ? await response.json() : {};
  if (tokens.access_token === undefined) throw failure('The issuer gave no token for the sign-in.');
  if (tokens.id_token !== undefined && claimOf(tokens.id_token, 'nonce') !== begun.nonce) {
    throw failure('The token that came belongs to another sign-in. Please try again.');
  }
  return tokens.access_token;
}

const failure = (message: string): ApiError => new ApiError('unauthenticated', message);

/** Once only: a code must not be exchanged twice. */
function takeBegun(): Begun | undefined {
  const kept = sessionStorage.getItem(name);
  sessionStorage.removeItem(name);
  return kept === null ? undefined : JSON.parse(kept);
}

function claimOf(token: string, claim: string): unknown {
  const payload = token.split('.')[1] ?? '';
  const binary = atob(payload.replaceAll('-', '+').replaceAll('_', '/'));
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes))[claim];
}
