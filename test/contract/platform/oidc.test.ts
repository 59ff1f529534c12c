import { createHmac, generateKeyPairSync } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { oidcSettings } from '../../../lib/contracts/oidc.ts';
import { authenticator } from '../../../lib/platform/http/authenticate.ts';
import { RateLimits } from '../../../lib/platform/http/rate-limits/rate-limits.ts';
import { KeyService } from '../../../lib/platform/keys/service.ts';
import { IssuerKeys } from '../../../lib/platform/oidc/issuer-keys.ts';
import { TokenVerifier } from '../../../lib/platform/oidc/token-verifier.ts';
import { startTestDynamoDb, type TestDynamoDb, type TestParts } from '../../support/history-table.ts';
import { startTestIssuer, type TestIssuer } from '../../support/oidc/issuer.ts';
import { makeSigningKey, sign } from '../../support/oidc/signing-keys.ts';

const minute = 60_000;
let dynamoDb: TestDynamoDb;
let parts: TestParts;
let issuer: TestIssuer;

beforeAll(async () => {
  dynamoDb = await startTestDynamoDb();
});
afterAll(() => dynamoDb.stop());
beforeEach(async () => {
  parts = await dynamoDb.createParts({ now: Date.now() });
  issuer = await startTestIssuer();
  return () => issuer.close();
});

const settings = (changes: object = {}) =>
  oidcSettings.parse({ issuer: issuer.issuer, audience: issuer.audience, ...changes });

/** One process of a function: in the public network, unless it is said to be isolated. */
function functionOf({ reaches = true, changes = {} }: { reaches?: boolean; changes?: object } = {}) {
  const known = settings(changes);
  const keys = new IssuerKeys({ ...parts, settings: known, reaches, stores: true });
  const tokens = new TokenVerifier(known, keys, parts);
  const apiKeys = new KeyService(parts);
  const limits = new RateLimits(1_000, parts.clock);
  const authenticate = authenticator((token) => apiKeys.match(token), tokens, limits, parts.clock);
  return { keys, authenticate: (token: string) => authenticate(`Bearer ${token}`, '192.0.2.1') };
}

const operator: JWTPayload = { scope: 'openid headroom:read headroom:operate' };
const asked = (path: string): number => issuer.asked.filter((one) => one === path).length;

describe('a token of the issuer', () => {
  it('says who its holder is, and what that one may do', async () => {
    const exp = Math.floor(parts.time.now / 1000) + 300;
    const caller = await functionOf().authenticate(await issuer.token({ ...operator, exp }));
    expect(caller).toEqual({
      kind: 'oidc',
      id: 'oidc:ada',
      name: 'Ada',
      scope: 'operate',
      projects: undefined,
      expiresAt: exp * 1000,
    });
  });

  it.each([
    'RS256',
    'RS384',
    'RS512',
    'PS256',
    'PS384',
    'PS512',
    'ES256',
    'ES384',
    'ES512',
    'EdDSA',
  ])('may be signed by %s', async (alg) => {
    await issuer.rotate({ alg });
    expect(await functionOf().authenticate(await issuer.token(operator))).toMatchObject({ scope: 'operate' });
  });

  it.each<[string, JWTPayload, RegExp]>([
    ['of another issuer', { iss: 'https://elsewhere.example' }, /claim iss/],
    ['of an issuer that is spelled almost so', { iss: 'http://127.0.0.1' }, /claim iss/],
    ['for another audience', { aud: 'something-else' }, /claim aud/],
    ['for nobody', { aud: [] }, /claim aud/],
    ['that has expired beyond the leeway', { exp: Math.floor(Date.now() / 1000) - 60 }, /expired/],
    ['that is not valid yet', { nbf: Math.floor(Date.now() / 1000) + 3_600 }, /claim nbf/],
    ['of no subject', { sub: '' }, /no subject/],
    ['of a subject that is no ASCII', { sub: 'ada\u202e' }, /no subject/],
  ])('%s is refused', async (_, claims, why) => {
    const refused = functionOf().authenticate(await issuer.token({ ...operator, ...claims }));
    await expect(refused).rejects.toMatchObject({ code: 'unauthenticated', message: expect.stringMatching(why) });
  });

  it('without an end is refused', async () => {
    const { exp: _, ...claims } = { iss: issuer.issuer, aud: issuer.audience, sub: 'ada', exp: 0, ...operator };
    const key = await issuer.rotate();
    await expect(functionOf().authenticate(await sign(key, claims))).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('is taken within the leeway of clocks, and for one of several audiences', async () => {
    const exp = Math.floor(parts.time.now / 1000) - 10;
    const token = await issuer.token({ ...operator, exp, aud: ['other', issuer.audience] });
    expect(await functionOf().authenticate(token)).toMatchObject({ id: 'oidc:ada' });
  });

  it('that somebody else signed is refused, also under the name of a key of the issuer', async () => {
    const forged = await makeSigningKey('ES256', 'key-1');
    await expect(functionOf().authenticate(await issuer.token(operator, forged))).rejects.toMatchObject({
      code: 'unauthenticated',
      message: expect.stringMatching(/not one that the issuer has signed/),
    });
  });

  it.each(['none', 'HS256'])('by %s is refused, and no key is looked for', async (alg) => {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const real = await issuer.token(operator);
    const [, payload] = real.split('.');
    const head = part({ alg, kid: 'key-1' });
    // With the public key as the secret of the HMAC: what a verifier does that asks the token how to verify it.
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const secret = publicKey.export({ type: 'spki', format: 'pem' });
    const signature = createHmac('sha256', secret).update(`${head}.${payload}`).digest('base64url');
    for (const end of [signature, 'AA']) {
      await expect(functionOf().authenticate(`${head}.${payload}.${end}`)).rejects.toMatchObject({
        code: 'unauthenticated',
      });
    }
    expect(issuer.asked).toEqual([]);
  });

  it('that holds no scope of ours proves its holder, who may do nothing', async () => {
    await expect(functionOf().authenticate(await issuer.token({ scope: 'openid email' }))).rejects.toMatchObject({
      code: 'forbidden',
    });
  });

  it('has its scope and its projects in the claims that the deployment names', async () => {
    const { authenticate } = functionOf({
      changes: {
        scopeClaim: 'realm_access.roles',
        scopes: { 'perf-team': 'operate', everyone: 'read' },
        projectsClaim: 'https://claims.example/projects',
      },
    });
    const claim = (projects: unknown) => ({
      realm_access: { roles: ['everyone', 'perf-team'] },
      'https://claims.example/projects': projects,
    });
    const bound = await authenticate(await issuer.token(claim(['shop', 'search', 'Not A Project'])));
    expect(bound).toMatchObject({ scope: 'operate', projects: ['shop', 'search'] });
    expect(await authenticate(await issuer.token(claim('*')))).toMatchObject({ projects: undefined });
    expect(await authenticate(await issuer.token(claim(undefined)))).toMatchObject({ projects: [] });
  });

  it('is remembered for no longer than it lasts', async () => {
    const { authenticate } = functionOf();
    const token = await issuer.token({ ...operator, exp: Math.floor(parts.time.now / 1000) + 10 });
    await authenticate(token);
    parts.time.now += 41_000;
    await expect(authenticate(token)).rejects.toMatchObject({ message: 'The token has expired.' });
  });
});

describe('the keys of the issuer', () => {
  it('are fetched once for many tokens, and by one function for all others', async () => {
    const { authenticate } = functionOf();
    for (const sub of ['a', 'b', 'c']) await authenticate(await issuer.token({ ...operator, sub }));
    await functionOf().authenticate(await issuer.token(operator));
    expect(asked('/keys')).toBe(1);
  });

  it('reach a function without a way out by the table, where the tick keeps them', async () => {
    const tick = functionOf().keys;
    expect(await tick.renew()).toBe(1);
    expect(await tick.renew()).toBe(0);
    const isolated = functionOf({ reaches: false });
    expect(await isolated.authenticate(await issuer.token(operator))).toMatchObject({ id: 'oidc:ada' });
    await issuer.rotate();
    await expect(isolated.authenticate(await issuer.token(operator))).rejects.toMatchObject({
      code: 'unauthenticated',
    });
    parts.time.now += minute;
    expect(await tick.renew()).toBe(1);
    expect(await isolated.authenticate(await issuer.token(operator))).toMatchObject({ id: 'oidc:ada' });
    expect(asked('/keys')).toBe(2);
  });

  it('are asked for again when a token has a new one, but not more often than every 30 s', async () => {
    const { authenticate } = functionOf();
    await authenticate(await issuer.token(operator));
    parts.time.now += minute;
    await issuer.rotate({ alone: true });
    expect(await authenticate(await issuer.token(operator))).toMatchObject({ id: 'oidc:ada' });
    expect(asked('/keys')).toBe(2);
    const stranger = await makeSigningKey('ES256', 'of-nobody');
    for (let i = 0; i < 5; i++) {
      const made = issuer.token({ ...operator, sub: `somebody-${i}` }, stranger);
      await expect(authenticate(await made)).rejects.toMatchObject({ message: expect.stringMatching(/does not have/) });
      parts.time.now += 5_000;
    }
    expect(asked('/keys')).toBe(2);
    parts.time.now += 10_000;
    await expect(authenticate(await issuer.token(operator, stranger))).rejects.toThrow();
    expect(asked('/keys')).toBe(3);
  });

  it('that were withdrawn are taken no more once the issuer was asked', async () => {
    const { authenticate } = functionOf();
    const old = await issuer.token(operator);
    await authenticate(old);
    await issuer.rotate({ alone: true });
    parts.time.now += minute;
    await authenticate(await issuer.token(operator));
    await expect(authenticate(old)).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it.each([
    'fail',
    'cut',
  ] as const)('last for an hour while the issuer is down (%s), and API keys for ever', async (mood) => {
    const { authenticate } = functionOf();
    const { token: apiKey } = await new KeyService(parts).create({ name: 'ci', scope: 'read' }, 'a test');
    const token = await issuer.token({ ...operator, exp: Math.floor(parts.time.now / 1000) + 7_200 });
    await authenticate(token);
    issuer.behave(mood);
    parts.time.now += 59 * minute;
    expect(await authenticate(token)).toMatchObject({ id: 'oidc:ada' });
    parts.time.now += 2 * minute;
    await expect(authenticate(token)).rejects.toMatchObject({ code: 'unavailable', retryAfterSeconds: 30 });
    expect(await authenticate(apiKey)).toMatchObject({ kind: 'api-key' });
    issuer.behave('well');
    parts.time.now += minute;
    expect(await authenticate(token)).toMatchObject({ id: 'oidc:ada' });
  });

  it('are not waited for longer than 3 s', async () => {
    issuer.behave('stall');
    await expect(functionOf().authenticate(await issuer.token(operator))).rejects.toMatchObject({
      code: 'unavailable',
    });
  });

  it('are of the issuer that the deployment names, not of one that it named before', async () => {
    await functionOf().keys.renew();
    const other = await startTestIssuer();
    const known = oidcSettings.parse({ issuer: other.issuer, audience: 'headroom' });
    const isolated = new IssuerKeys({ ...parts, settings: known, reaches: false, stores: true });
    await expect(isolated.having(undefined)).rejects.toMatchObject({ code: 'unavailable' });
    await other.close();
  });
});
