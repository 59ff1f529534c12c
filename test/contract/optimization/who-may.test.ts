import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectSettings } from '../../../lib/contracts/projects.ts';
import { operations, route } from '../../../lib/contracts/routes.ts';
import type { Gateway } from '../../../lib/local/gateway/gateway.ts';
import { optimizationApi } from '../../../lib/optimization/api.ts';
import { httpDoor } from '../../../lib/platform/http/door.ts';
import { KeyService } from '../../../lib/platform/keys/service.ts';
import { ProjectService } from '../../../lib/projects/service.ts';
import { type Client, createClient } from '../../../lib/sdk/client.ts';
import { functionParts } from '../../support/function-parts.ts';
import { gatewayTo } from '../../support/gateway-doors.ts';
import { useTestDynamoDb } from '../../support/use-dynamodb.ts';

const dynamoDb = useTestDynamoDb();
const ofOptimization = operations.map(route).filter((each) => each.function === 'optimization-api');
const id = '01KG9YS7G00000000000000001';
let gateway: Gateway;
let tokens: Record<'reader' | 'bound' | 'operator', string>;
let operator: Client;

beforeAll(async () => {
  const parts = await dynamoDb.createParts();
  const projects = new ProjectService(parts);
  for (const name of ['shop', 'bank'])
    await projects.put(
      name,
      projectSettings.parse({ baseUrl: 'http://127.0.0.1:3000', resources: { lambdas: ['orders'] } }),
    );
  const meter = { count() {}, milliseconds() {}, flush() {} };
  const served = { ...functionParts('optimization-api', parts), meter };
  const api = optimizationApi(served, async () => 1000);
  gateway = await gatewayTo({ 'optimization-api': httpDoor('optimization-api', served, api) });
  const keys = new KeyService(parts);
  const tokenOf = async (request: Parameters<KeyService['create']>[0]) => (await keys.create(request, 'a test')).token;
  tokens = {
    reader: await tokenOf({ name: 'reader', scope: 'read' }),
    bound: await tokenOf({ name: 'bound', scope: 'admin', projects: ['bank'] }),
    operator: await tokenOf({ name: 'operator', scope: 'operate' }),
  };
  operator = createClient({ url: gateway.url, apiKey: tokens.operator });
});
afterAll(() => gateway.stop(1000));

async function statusOf(who: keyof typeof tokens | undefined, { method, path }: { method: string; path: string }) {
  const place = path.replace('{project}', 'shop').replaceAll(/\{[^}]+\}/g, id.toLowerCase());
  const { status } = await fetch(`${gateway.url}${place}`, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(who === undefined ? {} : { authorization: `Bearer ${tokens[who]}` }),
    },
    ...(method === 'GET' ? {} : { body: '{' }),
  });
  return status;
}

describe('What optimization serves', () => {
  it.each(
    ofOptimization.map((each) => [`${each.method} ${each.path}`, each] as const),
  )('is for those whose key holds its scope, and its project: %s', async (_, each) => {
    expect(await statusOf(undefined, each)).toBe(401);
    if (each.path.includes('{project}')) expect(await statusOf('bound', each)).toBe(403);
    const readerMay = each.scope === 'read';
    expect((await statusOf('reader', each)) === 403).toBe(!readerMay);
  });

  it('has sweeps of functions that the project names, and no others', async () => {
    const ofShop = { params: { project: 'shop' } };
    const start = operator.call('startMemorySweep', { ...ofShop, body: { function: 'carts', payload: '{}' } });
    await expect(start).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('resources.lambdas'),
    });
    expect(await operator.call('listMemorySweeps', { ...ofShop, query: {} })).toEqual({ items: [] });
    const ofSweep = { params: { project: 'shop', sweepId: id } };
    await expect(operator.call('getMemorySweep', ofSweep)).rejects.toMatchObject({ code: 'not-found' });
    await expect(operator.call('cancelMemorySweep', ofSweep)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('has databases, registered, shown without secrets, and taken away', async () => {
    const ofOrders = { params: { project: 'shop', name: 'orders' } };
    const connection = { environment: 'HEADROOM_DATABASE_NOWHERE' };
    const registered = await operator.call('registerDatabase', {
      ...ofOrders,
      body: { system: 'postgresql', connection },
    });
    expect(registered).toMatchObject({ location: 'HEADROOM_DATABASE_NOWHERE', isReachable: false });
    const { items } = await operator.call('listRegisteredDatabases', { params: { project: 'shop' } });
    expect(items.map(({ name }) => name)).toEqual(['orders']);
    await operator.call('unregisterDatabase', ofOrders);
    await expect(operator.call('getRegisteredDatabase', ofOrders)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('tells what there is to say about a template, and none that is not the project’s', async () => {
    const template = JSON.stringify({
      Resources: {
        Orders: { Type: 'AWS::Lambda::Function', Properties: { Runtime: 'nodejs24.x', Architectures: ['x86_64'] } },
      },
    });
    const { findings } = await operator.call('analyseTemplate', { params: { project: 'shop' }, body: { template } });
    expect(findings).toContainEqual(expect.objectContaining({ module: 'lambda-architecture', logicalId: 'Orders' }));
    const others = operator.call('analyseTemplate', { params: { project: 'shop' }, body: { stackName: 'bank' } });
    await expect(others).rejects.toMatchObject({ code: 'forbidden' });
  });
});
