import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ProfileInput, profile as profileSchema } from '../../../lib/contracts/profiles.ts';
import { projectSettings } from '../../../lib/contracts/projects.ts';
import type { Gateway } from '../../../lib/local/gateway/gateway.ts';
import { optimizationApi } from '../../../lib/optimization/api.ts';
import { builtInProfileIds } from '../../../lib/optimization/profiles/built-in.ts';
import { ProfileService } from '../../../lib/optimization/profiles/service.ts';
import { httpDoor } from '../../../lib/platform/http/door.ts';
import { KeyService } from '../../../lib/platform/keys/service.ts';
import { ProjectService } from '../../../lib/projects/service.ts';
import { type Client, createClient } from '../../../lib/sdk/client.ts';
import { functionParts } from '../../support/function-parts.ts';
import { gatewayTo } from '../../support/gateway-doors.ts';
import { startTestDynamoDb, type TestDynamoDb, type TestParts } from '../../support/history-table.ts';

let dynamoDb: TestDynamoDb;
let parts: TestParts;
let projects: ProjectService;
let profiles: ProfileService;
let gateway: Gateway;
let client: Client;

beforeAll(async () => {
  dynamoDb = await startTestDynamoDb();
});
afterAll(() => dynamoDb.stop());

beforeEach(async () => {
  parts = await dynamoDb.createParts();
  projects = new ProjectService(parts);
  profiles = new ProfileService(parts, projects);
  await projects.put('shop', projectSettings.parse({ baseUrl: 'http://127.0.0.1:3000' }));
  const served = functionParts('optimization-api', parts);
  gateway = await gatewayTo({
    'optimization-api': httpDoor(
      'optimization-api',
      served,
      optimizationApi(served, async () => 1000),
    ),
  });
  client = await clientWith({ name: 'writer', scope: 'write' });
  return () => gateway.stop(1000);
});

async function clientWith(request: Parameters<KeyService['create']>[0]): Promise<Client> {
  const { token } = await new KeyService(parts).create(request, 'a test');
  return createClient({ url: gateway.url, apiKey: token });
}

const christmas: ProfileInput = {
  name: 'Christmas',
  rules: { caching: { ttlMultiplier: 3 }, monitoring: { autoOptimization: true, performanceAlerts: true } },
  targetMetrics: { responseTimeMs: 150, errorRatePercent: 0 },
};

const put = (profileId: string, body: ProfileInput = christmas) =>
  client.call('putProfile', { params: { profileId }, body });
const choose = (profileId: string, project = 'shop') =>
  client.call('putProjectProfile', { params: { project }, body: { profileId } });

describe('Profiles', () => {
  it('are made, shown, replaced and deleted', async () => {
    const made = await put('christmas');
    expect(made).toMatchObject({ profileId: 'christmas', builtIn: false, rules: { caching: { ttlMultiplier: 3 } } });
    expect(await client.call('getProfile', { params: { profileId: 'christmas' } })).toEqual(made);
    parts.time.now += 1_000;
    const replaced = await put('christmas', { name: 'Easter' });
    expect(replaced).toMatchObject({ name: 'Easter', createdAt: made.createdAt });
    expect(replaced.rules.caching.ttlMultiplier).toBeUndefined();
    await client.call('deleteProfile', { params: { profileId: 'christmas' } });
    await expect(client.call('getProfile', { params: { profileId: 'christmas' } })).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('that are built in are shown, and neither replaced nor deleted', async () => {
    for (const profileId of builtInProfileIds) {
      expect(await client.call('getProfile', { params: { profileId } })).toMatchObject({ profileId, builtIn: true });
      await expect(put(profileId)).rejects.toMatchObject({ code: 'conflict' });
      await expect(client.call('deleteProfile', { params: { profileId } })).rejects.toMatchObject({ code: 'conflict' });
    }
  });

  it('are listed by their ids, the built-in ones among them, whatever the size of a page', async () => {
    for (const id of ['a', 'c', 'n', 'z']) await put(id);
    const all = ['a', 'balanced', 'c', 'memory-focused', 'n', 'performance-focused', 'z'];
    for (const limit of [1, 2, 3, 7, 50]) {
      const listed: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await client.call('listProfiles', {
          query: { limit, ...(cursor === undefined ? {} : { cursor }) },
        });
        expect(page.items.length).toBeLessThanOrEqual(limit);
        listed.push(...page.items.map(({ profileId }) => profileId));
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      expect(listed).toEqual(all);
    }
  });

  it('with an unknown rule are refused, and it is said which was meant', async () => {
    const body = { name: 'x', rules: { caching: { ttlMultiplyer: 2 } } } as ProfileInput;
    await expect(put('christmas', body)).rejects.toMatchObject({
      code: 'invalid-request',
      errors: [{ path: 'body.rules.caching', message: expect.stringContaining('did you mean `ttlMultiplier`?') }],
    });
  });

  it('are not for keys of single projects to change', async () => {
    client = await clientWith({ name: 'bound', scope: 'write', projects: ['shop'] });
    await expect(put('christmas')).rejects.toMatchObject({ code: 'forbidden' });
    expect(await choose('balanced')).toMatchObject({ profileId: 'balanced' });
  });
});

describe('The profile of a project', () => {
  it('is `balanced` until one is chosen', async () => {
    const told = await client.call('getProjectProfile', { params: { project: 'shop' } });
    expect(told).toMatchObject({ profileId: 'balanced', profile: { builtIn: true } });
    expect(told).not.toHaveProperty('chosenAt');
    expect(await profiles.chosenFor('shop')).toBeUndefined();
  });

  it('says what its rules come to, and how to put it in force', async () => {
    const told = await choose('performance-focused');
    expect(told.effects).toContainEqual({
      rule: 'caching.ttlMultiplier',
      value: '2',
      effect: expect.stringContaining('default TTL'),
    });
    expect(told.apply).toContain('headroom optimize performance-focused --project shop');
    expect(await client.call('getProjectProfile', { params: { project: 'shop' } })).toEqual(told);
  });

  it('sets the switches of the project at once, and leaves the thresholds that it says nothing of', async () => {
    await projects.putThresholds('shop', { preset: 'production', slowQueryMs: { value: 7, forMinutes: 5 } });
    await put('christmas');
    await choose('christmas');
    expect(await projects.require('shop')).toMatchObject({ autoOptimization: true });
    expect(await projects.thresholds('shop')).toMatchObject({
      preset: 'production',
      slowRequestMs: { value: 150 },
      slowQueryMs: { value: 7 },
      errorRatePercent: { value: 5 },
    });
    await put('quiet', { name: 'Quiet', rules: { monitoring: { autoOptimization: false } } });
    await choose('quiet');
    expect(await projects.require('shop')).toMatchObject({ autoOptimization: false });
  });

  it('puts back the thresholds that the one before had set, and leaves those that were set since', async () => {
    await projects.putThresholds('shop', { preset: 'production', slowRequestMs: { value: 900, forMinutes: 2 } });
    await put('christmas');
    await choose('christmas');
    // Again comes to the same, and does not take what it has set for the project's own.
    await choose('christmas');
    const { slowRequestMs, ...others } = await projects.thresholdSettings('shop');
    expect(slowRequestMs).toEqual({ value: 150, forMinutes: 5 });
    await projects.putThresholds('shop', { ...others, slowRequestMs, slowQueryMs: { value: 7, forMinutes: 5 } });
    await put('quiet', { name: 'Quiet' });
    await choose('quiet');
    expect(await projects.thresholdSettings('shop')).toEqual({
      preset: 'production',
      slowRequestMs: { value: 900, forMinutes: 2 },
      slowQueryMs: { value: 7, forMinutes: 5 },
    });
  });

  it('cannot be deleted while a project goes by it, and it is said which does', async () => {
    await put('christmas');
    await choose('christmas');
    const remove = () => client.call('deleteProfile', { params: { profileId: 'christmas' } });
    await expect(remove()).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('shop') });
    await put('christmas', { name: 'Changed while in use' });
    await expect(remove()).rejects.toMatchObject({ code: 'conflict' });
    await choose('balanced');
    await remove();
  });

  it('does not keep one that its deleted project went by', async () => {
    await put('christmas');
    await choose('christmas');
    await projects.delete('shop');
    parts.time.now += 61_000;
    await client.call('deleteProfile', { params: { profileId: 'christmas' } });
    await projects.put('shop', projectSettings.parse({ baseUrl: 'http://127.0.0.1:3000' }));
    expect(await profiles.chosenFor('shop')).toBeUndefined();
  });

  it('may not be one that does not exist, nor that of a project that does not', async () => {
    await expect(choose('nothing')).rejects.toMatchObject({ code: 'not-found' });
    await expect(choose('balanced', 'nobody')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('never becomes one that is deleted at the same time', async () => {
    for (let round = 0; round < 10; round++) {
      const id = `round-${round}`;
      await profiles.put(id, profileSchema.parse(christmas));
      const [chosen, deleted] = await Promise.allSettled([profiles.choose('shop', id), profiles.delete(id)]);
      expect([chosen.status, deleted.status]).toContain('rejected');
      await expect(profiles.ofProject('shop')).resolves.toBeDefined();
    }
  });
});
