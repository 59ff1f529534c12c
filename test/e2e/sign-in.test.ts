import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { signIn } from '../../lib/contracts/access.ts';
import { accessOptionsOf, accessSettings } from '../../lib/contracts/access-options.ts';
import { createClient } from '../../lib/sdk/client.ts';
import { startTestIssuer, type TestIssuer } from '../support/oidc/issuer.ts';
import { startPlatform, type TestPlatform } from '../support/platform.ts';

let issuer: TestIssuer;
let platform: TestPlatform;

beforeAll(async () => {
  issuer = await startTestIssuer({ person: { sub: 'ada', name: 'Ada', teams: ['shop'] } });
  const options = accessOptionsOf({
    HEADROOM_OIDC_ISSUER: issuer.issuer,
    HEADROOM_OIDC_AUDIENCE: issuer.audience,
    HEADROOM_OIDC_CLIENT_ID: issuer.clientId,
    HEADROOM_OIDC_PROJECTS_CLAIM: 'teams',
  });
  platform = await startPlatform({ settings: accessSettings(options, 600_000) });
});
afterAll(async () => {
  await platform?.stop();
  await issuer?.close();
});

it('signs a person in by the code flow with PKCE, as a browser does, in every function of the platform', async () => {
  const { apiUrl } = platform.runtime;
  const { oidc } = signIn.parse(await (await fetch(`${apiUrl}/v1/sign-in`)).json());
  if (oidc === undefined) throw new Error('There is no issuer');
  const verifier = randomBytes(32).toString('base64url');
  const redirectUri = `${apiUrl}/dashboard`;
  const asked = new URLSearchParams({
    response_type: 'code',
    client_id: oidc.clientId,
    redirect_uri: redirectUri,
    scope: oidc.scope,
    state: 'as it was',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const sent = await fetch(`${oidc.authorizationEndpoint}?${asked}`, { redirect: 'manual' });
  const back = new URL(sent.headers.get('location') ?? '');
  expect(back.searchParams.get('state')).toBe('as it was');

  const exchange = async (codeVerifier: string): Promise<{ access_token?: string }> => {
    const form = {
      grant_type: 'authorization_code',
      code: back.searchParams.get('code') ?? '',
      client_id: oidc.clientId,
    };
    const body = new URLSearchParams({ ...form, redirect_uri: redirectUri, code_verifier: codeVerifier });
    return (await (await fetch(oidc.tokenEndpoint, { method: 'POST', body })).json()) as { access_token?: string };
  };
  const { access_token: token = '' } = await exchange(verifier);
  expect(await exchange(verifier)).toEqual({ error: 'invalid_grant' });

  const ada = createClient({ url: apiUrl, apiKey: token });
  await expect(ada.call('getCaller')).resolves.toMatchObject({
    kind: 'oidc',
    subject: 'ada',
    name: 'Ada',
    scope: 'admin',
    projects: ['shop'],
  });
  // The function of caches has no way out, and the one of queries may not write: both know the issuer's keys from the table.
  const entry = { namespace: 'shop', key: 'answer' };
  await ada.call('putCacheEntry', { params: entry, query: {}, body: { bytes: Buffer.from('42') } });
  await expect(
    ada.call('putCacheEntry', {
      params: { ...entry, namespace: 'other' },
      query: {},
      body: { bytes: Buffer.from('1') },
    }),
  ).rejects.toMatchObject({ code: 'forbidden' });
  const expired = createClient({ url: apiUrl, apiKey: await issuer.token({ exp: 1 }) });
  await expect(expired.call('getCaller')).rejects.toMatchObject({ code: 'unauthenticated', message: /expired/ });
});
