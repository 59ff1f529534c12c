import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Scope, scopeIncludes, scopes } from '../../lib/contracts/keys.ts';
import { problem } from '../../lib/contracts/problem.ts';
import type { Route } from '../../lib/contracts/route.ts';
import { otlpRoutes } from '../../lib/contracts/routes/otlp.ts';
import { type Operation, operations, route } from '../../lib/contracts/routes.ts';
import { createClient } from '../../lib/sdk/client.ts';
import { startPlatform, type TestPlatform } from '../support/platform.ts';

const project = 'shop';
const unknownId = '01JD2V8Q6Y0000000000000000';

const pathOf = ({ path }: Route): string =>
  path
    .replace('{project}', project)
    .replace('{namespace}', `${project}.part`)
    .replace('{key+}', 'some/key')
    .replace('{asset}', 'swagger-ui.css')
    .replace(/\{\w+Id\}/, unknownId);

/** How OTLP says what went wrong: a `google.rpc.Status`. */
const rpcStatus = z.strictObject({ code: z.number(), message: z.string() });
const rpcCodes: Record<number, string> = { 7: 'forbidden', 16: 'unauthenticated' };

const guarded = operations.filter((operation) => route(operation).scope !== 'public');
const open = operations.filter((operation) => route(operation).scope === 'public');

describe('access to every route', () => {
  let platform: TestPlatform;
  const tokens = {} as Record<Scope | 'bound', string>;

  beforeAll(async () => {
    platform = await startPlatform();
    for (const scope of scopes) {
      tokens[scope] = (await platform.client.call('createKey', { body: { name: scope, scope } })).token;
    }
    const bound = await platform.client.call('createKey', {
      body: { name: 'bound', scope: 'admin', projects: ['other'] },
    });
    tokens.bound = bound.token;
  });

  afterAll(() => platform?.stop());

  const ask = async (operation: Operation, authorization?: string): Promise<Response> => {
    const { method, body } = route(operation);
    return fetch(platform.runtime.apiUrl + pathOf(route(operation)), {
      method,
      headers: {
        ...(authorization === undefined ? {} : { authorization }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      // Never right: whoever is let in must be told so, and nothing is done.
      ...(body === undefined ? {} : { body: '{"not":"right"}' }),
    });
  };

  const codes: Record<number, string> = { 401: 'unauthenticated', 403: 'forbidden' };
  /** An answer to HEAD has no body, and the status says it all. */
  const codeOf = async (answer: Response): Promise<string | undefined> => {
    const text = await answer.text();
    if (answer.headers.get('content-type') === 'application/json')
      return rpcCodes[rpcStatus.parse(JSON.parse(text)).code];
    const isHead = text === '' && answer.headers.get('content-type') === 'application/problem+json';
    return isHead ? codes[answer.status] : problem.parse(JSON.parse(text)).code;
  };

  it.each(open)('%s is open to everyone', async (operation) => {
    expect((await ask(operation)).status).toBe(200);
  });

  it.each(guarded)('%s answers 401 to callers without a key of ours', async (operation) => {
    const forged = tokens.admin.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    for (const authorization of [undefined, 'Bearer', 'Basic YTpi', 'Bearer hr_wrong', `Bearer ${forged}`]) {
      const answer = await ask(operation, authorization);
      expect(answer.status, authorization).toBe(401);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
      const isOtlp = operation in otlpRoutes;
      expect(answer.headers.get('content-type')).toBe(isOtlp ? 'application/json' : 'application/problem+json');
      expect(await codeOf(answer)).toBe('unauthenticated');
    }
  });

  it.each(guarded)('%s answers 403 to every scope below its own, and to none above', async (operation) => {
    const needed = route(operation).scope as Scope;
    for (const scope of [...scopes].reverse()) {
      const answer = await ask(operation, `Bearer ${tokens[scope]}`);
      if (scopeIncludes(scope, needed)) expect([401, 403], scope).not.toContain(answer.status);
      else expect(await codeOf(answer), scope).toBe('forbidden');
    }
  });

  it.each(
    guarded.filter((operation) => /\{(project|namespace)\}/.test(route(operation).path)),
  )('%s answers 403 to a key that is bound to another project', async (operation) => {
    const answer = await ask(operation, `Bearer ${tokens.bound}`);
    expect(answer.status).toBe(403);
  });

  it('lets an admin of some projects manage the keys of those, and no other', async () => {
    const bound = createClient({ url: platform.runtime.apiUrl, apiKey: tokens.bound });
    const refused = { status: 403, code: 'forbidden' };
    await expect(bound.call('createKey', { body: { name: 'more', scope: 'admin' } })).rejects.toMatchObject(refused);
    const { items } = await bound.call('listKeys');
    expect(items.map(({ name }) => name)).toEqual(['bound']);
    const everyKey = await platform.client.call('listKeys');
    const others = everyKey.items.find(({ name }) => name === 'read')?.keyId ?? '';
    await expect(bound.call('revokeKey', { params: { keyId: others } })).rejects.toMatchObject(refused);
    expect((await ask('listProjects', `Bearer ${tokens.read}`)).status).toBe(200);
  });

  it('takes a key that worked no more once it is revoked, in any function that has not met it within 30 s', async () => {
    const made = await platform.client.call('createKey', { body: { name: 'short-lived' } });
    expect((await ask('listProjects', `Bearer ${made.token}`)).status).toBe(200);
    await platform.client.call('revokeKey', { params: { keyId: made.keyId } });
    expect((await ask('listAlerts', `Bearer ${made.token}`)).status).toBe(401);
  });

  it('shows no secret of a key', async () => {
    const { items } = await platform.client.call('listKeys');
    expect(items.map(({ name }) => name)).toContain('bound');
    expect(JSON.stringify(items)).not.toMatch(/secret|token|hash/i);
  });

  it('answers a problem where there is nothing, and where the method is another', async () => {
    const nothing = await fetch(`${platform.runtime.apiUrl}/v1/nothing`);
    expect([nothing.status, await codeOf(nothing)]).toEqual([404, 'not-found']);
    const other = await fetch(`${platform.runtime.apiUrl}/v1/keys`, { method: 'PATCH' });
    expect([other.status, await codeOf(other)]).toEqual([405, 'method-not-allowed']);
  });
});
