import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { environmentFor, Host } from '../contract/sdk/host.ts';
import { shopEndpoints, shopRequests } from '../contract/sdk/shop-routes.ts';
import { httpEvent } from '../contract/sdk-lambda/events.ts';
import { LambdaEnvironment } from '../support/lambda-runtime/environment.ts';
import { startPlatform, type TestPlatform } from '../support/platform.ts';

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(() => platform?.stop());

/** What a service of a project of its own is started with. */
async function environmentOf(project: string): Promise<NodeJS.ProcessEnv> {
  await platform.client.call('putProject', { params: { project }, body: { baseUrl: 'http://127.0.0.1:1' } });
  return environmentFor(platform.runtime.apiUrl, { HEADROOM_API_KEY: platform.adminToken, HEADROOM_PROJECT: project });
}

/** As the platform has them, by `METHOD route`. */
async function endpointsOf(project: string) {
  const { items } = await platform.client.call('listEndpoints', { params: { project }, query: { limit: 200 } });
  return Object.fromEntries(items.map(({ endpoint, requests, statuses }) => [endpoint, { requests, ...statuses }]));
}

const counted = (endpoints: Readonly<Record<string, Readonly<Record<number, number>>>>) =>
  Object.fromEntries(
    Object.entries(endpoints).map(([endpoint, statuses]) => [
      endpoint,
      { requests: Object.values(statuses).reduce((sum, count) => sum + count, 0), ...statuses },
    ]),
  );

describe('a service that reports to the platform', () => {
  it.each([
    'express',
    'fastify',
    'hono',
    'koa',
    'nest',
  ] as const)('appears with its routes and all of its requests: %s', async (name) => {
    const host = await Host.start(await environmentOf(name), name);
    for (const [method, path] of shopRequests) await host.get(path, method);
    // The last flush: of a service that is asked to end.
    expect(await host.terminate()).toBe('SIGTERM');
    expect(host.program.output()).toBe('');
    expect(await endpointsOf(name)).toEqual(counted(shopEndpoints[name]));
  });

  it('appears when it is a function with monitor()', async () => {
    const lambda = await LambdaEnvironment.start({
      ...(await environmentOf('lambda')),
      LAMBDA_TASK_ROOT: fileURLToPath(new URL('../contract/sdk-lambda/functions', import.meta.url)),
      _HANDLER: 'middy.handler',
    });
    for (const path of ['/items/7', '/items/8']) await lambda.invoke(httpEvent('GET', path, 'GET /items/{id}'));
    await lambda.invoke(httpEvent('GET', '/stray/4711/missing'));
    await lambda.stop('SIGTERM');
    expect(await endpointsOf('lambda')).toEqual(
      counted({ 'GET /items/:id': { 200: 2 }, 'GET /stray/:id/missing': { 404: 1 } }),
    );
  });
});
