import { beforeEach, describe, expect, it } from 'vitest';
import { projectSettings } from '../../../lib/contracts/projects.ts';
import type { Gateway } from '../../../lib/local/gateway/gateway.ts';
import { optimizationApi } from '../../../lib/optimization/api.ts';
import { httpDoor } from '../../../lib/platform/http/door.ts';
import { KeyService } from '../../../lib/platform/keys/service.ts';
import { ProjectService } from '../../../lib/projects/service.ts';
import { type Client, createClient } from '../../../lib/sdk/client.ts';
import { functionParts } from '../../support/function-parts.ts';
import { gatewayTo } from '../../support/gateway-doors.ts';
import type { TestParts } from '../../support/history-table.ts';
import { useTestDynamoDb } from '../../support/use-dynamodb.ts';

const dynamoDb = useTestDynamoDb();
let parts: TestParts;
let gateway: Gateway;
let operator: Client;

beforeEach(async () => {
  parts = await dynamoDb.createParts();
  await new ProjectService(parts).put('shop', projectSettings.parse({ baseUrl: 'http://127.0.0.1:3000' }));
  const served = functionParts('optimization-api', parts);
  const api = optimizationApi(served, async () => 1000);
  gateway = await gatewayTo({ 'optimization-api': httpDoor('optimization-api', served, api) });
  operator = await clientWith({ name: 'ops', scope: 'operate' });
  return () => gateway.stop(1000);
});

async function clientWith(request: Parameters<KeyService['create']>[0]): Promise<Client> {
  const { token } = await new KeyService(parts).create(request, 'a test');
  return createClient({ url: gateway.url, apiKey: token });
}

const ofShop = { params: { project: 'shop' } };

describe('Optimizations over HTTP', () => {
  it('are always the four kinds, also where there is nothing to do', async () => {
    const { items } = await operator.call('listOptimizations', ofShop);
    expect(items.map(({ id, riskLevel }) => [id, riskLevel])).toEqual([
      ['cache_optimization', 'low'],
      ['resource_optimization', 'low'],
      ['image_optimization', 'low'],
      ['stack_optimization', 'low'],
    ]);
    await expect(operator.call('listOptimizations', { params: { project: 'none' } })).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('are planned at once by a dry run, and begun with where to look otherwise', async () => {
    const planned = await operator.call('startOptimizationRun', { ...ofShop, body: { dryRun: true } });
    expect(planned).toMatchObject({
      status: 'planned',
      requestedBy: { name: 'ops' },
      plannedOptimizations: [],
      estimatedDurationSeconds: 0,
    });
    const begun = await operator.call('startOptimizationRun', { ...ofShop, body: { verify: { mode: 'none' } } });
    expect(begun).toMatchObject({ status: 'queued' });
    expect(parts.sent).toMatchObject([{ queue: 'optimizations', body: { runId: begun.runId, turn: 0 } }]);
    await expect(
      operator.call('startOptimizationRun', { ...ofShop, body: { verify: { mode: 'none' } } }),
    ).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining(begun.runId) });
    const { items } = await operator.call('listOptimizationRuns', { ...ofShop, query: {} });
    expect(items.map(({ runId }) => runId)).toEqual([begun.runId, planned.runId]);
  });

  it('are refused with what is wrong', async () => {
    const wrong = (body: object) => operator.call('startOptimizationRun', { ...ofShop, body: body as never });
    await expect(wrong({ verify: { mode: 'passive', slicesPerRound: 5 } })).rejects.toMatchObject({
      code: 'invalid-request',
    });
    await expect(wrong({ verify: { mode: 'load-test', loadTest: { kind: 'spike' } } })).rejects.toMatchObject({
      code: 'invalid-request',
    });
    await expect(wrong({ profileId: 'nobody' })).rejects.toMatchObject({ code: 'not-found' });
  });

  it('are applied by who may operate, and frozen for all by an administrator of all', async () => {
    const writer = await clientWith({ name: 'writer', scope: 'write' });
    await expect(writer.call('startOptimizationRun', { ...ofShop, body: {} })).rejects.toMatchObject({
      code: 'forbidden',
    });
    await expect(writer.call('getOptimizationFreeze', {})).resolves.toEqual({ frozen: false });
    const frozen = { body: { frozen: true, reason: 'incident' } };
    await expect(operator.call('putOptimizationFreeze', frozen)).rejects.toMatchObject({ code: 'forbidden' });
    const bound = await clientWith({ name: 'bound', scope: 'admin', projects: ['shop'] });
    await expect(bound.call('putOptimizationFreeze', frozen)).rejects.toMatchObject({ code: 'forbidden' });
    const admin = await clientWith({ name: 'root', scope: 'admin' });
    await expect(admin.call('putOptimizationFreeze', frozen)).resolves.toMatchObject({
      frozen: true,
      by: { name: 'root' },
    });
    await expect(operator.call('startOptimizationRun', { ...ofShop, body: {} })).rejects.toMatchObject({
      code: 'conflict',
    });
    await expect(operator.call('getProjectOptimizationFreeze', ofShop)).resolves.toMatchObject({
      frozen: false,
      allFrozen: true,
      reason: 'incident',
    });
    await expect(
      operator.call('putProjectOptimizationFreeze', { ...ofShop, body: { frozen: true } }),
    ).resolves.toMatchObject({ frozen: true });
  });

  it('leave a trail and an export, both empty at first', async () => {
    await expect(operator.call('listOptimizationAudit', { ...ofShop, query: {} })).resolves.toEqual({ items: [] });
    await expect(operator.call('exportOptimizations', ofShop)).resolves.toMatchObject({
      version: 1,
      changes: [],
      drifted: [],
    });
  });

  it('cannot be approved or rolled back where there is nothing to approve or to roll back', async () => {
    const { runId } = await operator.call('startOptimizationRun', { ...ofShop, body: { dryRun: true } });
    const ofRun = { params: { project: 'shop', runId } };
    await expect(operator.call('approveOptimizationRun', ofRun)).rejects.toMatchObject({ code: 'conflict' });
    await expect(operator.call('rollBackOptimizationRun', { ...ofRun, body: {} })).rejects.toMatchObject({
      code: 'conflict',
    });
    await expect(operator.call('getOptimizationRun', ofRun)).resolves.toMatchObject({ status: 'planned' });
  });
});
