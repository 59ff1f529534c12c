import http from 'node:http';
import { text } from 'node:stream/consumers';
import type { JWTPayload } from 'jose';
import { listening } from '../listening.ts';
import { CodeFlow } from './code-flow.ts';
import { makeSigningKey, type SigningKey, sign } from './signing-keys.ts';

/** `stall`: a request is never answered; `fail`: each with 500; `cut`: its connection ends. */
export type Mood = 'well' | 'stall' | 'fail' | 'cut';

export interface TestIssuerOptions {
  /** Of browsers: the one client that it knows. */
  clientId?: string;
  audience?: string;
  /** What a person who signs in is said to be. */
  person?: JWTPayload;
}

/**
 * An OIDC issuer over real HTTP on this machine: discovery, key set, and the authorization code flow with PKCE, in which whoever
 * comes is signed in at once. It can be made to hang, fail, and change its keys.
 */
export async function startTestIssuer(options: TestIssuerOptions = {}) {
  const { clientId = 'dashboard', audience = 'headroom', person = { sub: 'ada', name: 'Ada' } } = options;
  let mood: Mood = 'well';
  let keys: SigningKey[] = [await makeSigningKey('ES256', 'key-1')];
  let published: readonly SigningKey[] = keys;
  let made = 1;
  const asked: string[] = [];

  const server = http.createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', issuer);
    asked.push(url.pathname);
    if (mood === 'stall') return;
    if (mood === 'cut') return void request.socket.destroy();
    if (mood === 'fail') return void response.writeHead(500).end();
    // Browsers ask from another origin.
    response.setHeader('access-control-allow-origin', '*');
    const json = (status: number, body: object): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    if (url.pathname === '/.well-known/openid-configuration') return json(200, discovery());
    if (url.pathname === '/keys') return json(200, { keys: published.map((key) => key.published) });
    if (url.pathname === '/authorize') {
      const { status, location, why } = flow.authorize(url.searchParams);
      if (location !== undefined) response.setHeader('location', location);
      return void response.writeHead(status).end(why);
    }
    if (url.pathname === '/token' && request.method === 'POST') {
      const { status, body } = await flow.exchange(new URLSearchParams(await text(request)));
      return json(status, body);
    }
    response.writeHead(404).end();
  });
  const { port, close } = await listening(server);
  const issuer = `http://127.0.0.1:${port}`;

  const discovery = (): object => ({
    issuer,
    jwks_uri: `${issuer}/keys`,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256'],
  });

  const claimsOf = (claims: JWTPayload): JWTPayload => {
    const now = Math.floor(Date.now() / 1000);
    return { iss: issuer, aud: audience, iat: now, exp: now + 600, ...person, ...claims };
  };
  const token = (claims: JWTPayload = {}, key: SigningKey | undefined = keys.at(-1)): Promise<string> => {
    if (key === undefined) throw new Error('The issuer has no key');
    return sign(key, claimsOf(claims));
  };
  const flow = new CodeFlow({ clientId, sign: (claims) => token(claims) });

  return {
    issuer,
    audience,
    clientId,
    close,
    /** The paths that were asked for, in order. */
    asked,
    /** As the issuer would sign it; claims in place of the usual ones, or beside them. */
    token,
    behave(next: Mood): void {
      mood = next;
    },
    /** Signs with a new key from now on. @param alone the keys before it are published no more */
    async rotate({ alg = 'ES256', alone = false }: { alg?: string; alone?: boolean } = {}): Promise<SigningKey> {
      const key = await makeSigningKey(alg, `key-${++made}`);
      keys = alone ? [key] : [...keys, key];
      published = keys;
      return key;
    },
  };
}

export type TestIssuer = Awaited<ReturnType<typeof startTestIssuer>>;
