import { createHash, createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SettingsExperiment } from '../../../lib/contracts/live-settings.ts';
import type { ChangeOf } from '../../../lib/contracts/optimizations.ts';
import { projectSettings } from '../../../lib/contracts/projects.ts';
import type { Gateway } from '../../../lib/local/gateway/gateway.ts';
import { optimizationApi } from '../../../lib/optimization/api.ts';
import type { Experiments } from '../../../lib/optimization/experiments.ts';
import { AuditTrail } from '../../../lib/optimization/runs/audit.ts';
import { Freezes } from '../../../lib/optimization/runs/freezes.ts';
import { settingApplier } from '../../../lib/optimization/settings/applier.ts';
import { settingsExperiments } from '../../../lib/optimization/settings/experiments.ts';
import { placeOf } from '../../../lib/optimization/sides.ts';
import { isoTime } from '../../../lib/platform/clock.ts';
import { httpDoor } from '../../../lib/platform/http/door.ts';
import { KeyService } from '../../../lib/platform/keys/service.ts';
import { LiveSettingsService } from '../../../lib/projects/live-settings/service.ts';
import { ProjectService } from '../../../lib/projects/service.ts';
import { TelemetryService } from '../../../lib/telemetry/service.ts';
import { outputOf } from '../../support/captured-output.ts';
import { functionParts } from '../../support/function-parts.ts';
import { gatewayTo } from '../../support/gateway-doors.ts';
import type { TestParts } from '../../support/history-table.ts';
import { endpointWindow, noon, telemetryBatch, telemetryWindow } from '../../support/telemetry-batches.ts';
import { telemetryDoor } from '../../support/telemetry-door.ts';
import { useTestDynamoDb } from '../../support/use-dynamodb.ts';

const dynamoDb = useTestDynamoDb();
let gateway: Gateway;
let parts: TestParts;
let projects: ProjectService;
let liveSettings: LiveSettingsService;
let telemetry: TelemetryService;
let experiments: Experiments;
let operator: string;
let reader: string;
let project = '';
let count = 0;

beforeAll(async () => {
  parts = await dynamoDb.createParts({ now: noon });
  projects = new ProjectService(parts);
  liveSettings = new LiveSettingsService(parts);
  telemetry = new TelemetryService(parts, projects);
  experiments = settingsExperiments({ liveSettings, telemetry, clock: parts.clock });
  const keys = new KeyService(parts);
  ({ token: operator } = await keys.create({ name: 'operator', scope: 'operate' }, 'a test'));
  ({ token: reader } = await keys.create({ name: 'service', scope: 'read' }, 'a test'));
  gateway = await gatewayTo({
    'optimization-api': httpDoor(
      'optimization-api',
      functionParts('optimization-api', parts),
      optimizationApi(functionParts('optimization-api', parts), async () => 1000),
    ),
    'telemetry-api': telemetryDoor(functionParts('telemetry-api', parts), projects),
  });
});
afterAll(() => gateway?.stop(0));
beforeEach(async () => {
  project = `shop-${++count}`;
  parts.time.now = noon;
  await projects.put(project, projectSettings.parse({ baseUrl: 'http://127.0.0.1:8080' }));
});

async function call(method: string, body?: object, headers: Record<string, string> = {}, token = operator) {
  let answer = { status: 0, text: '', headers: new Headers() };
  await outputOf(async () => {
    const response = await fetch(`${gateway.url}/v1/projects/${project}/settings`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });
    answer = { status: response.status, text: await response.text(), headers: response.headers };
  });
  return { ...answer, json: answer.text === '' ? undefined : JSON.parse(answer.text) };
}

const compression = { compression: { aboveBytes: 1_000 } };

const experiment = (changes: Partial<SettingsExperiment> = {}): SettingsExperiment => ({
  id: 'one',
  startsAt: isoTime(noon + 60_000),
  sliceSeconds: 10,
  order: 'abba',
  a: {},
  b: compression,
  ...changes,
});

describe('the settings that a service fetches', () => {
  it('are empty at first, and then what was put', async () => {
    const first = await call('GET', undefined, {}, reader);
    expect(first.json).toEqual({ version: expect.any(String), settings: {}, pollSeconds: 60 });
    const put = await call('PUT', compression);
    expect(put).toMatchObject({ status: 200, json: { settings: compression } });
    const after = await call('GET');
    expect(after.json).toEqual(put.json);
    expect(after.headers.get('etag')).toBe(`"${put.json.version}"`);
    expect(put.json.version).not.toBe(first.json.version);
    // Back at what was before, it has its version again.
    expect((await call('PUT', {})).json.version).toBe(first.json.version);
  });

  it('are signed with what only those can know who have the key', async () => {
    const { text, json, headers } = await call('GET', undefined, {}, reader);
    const secret = reader.split('_').slice(2).join('_');
    const key = createHash('sha256').update(secret).digest('base64url');
    const expected = createHmac('sha256', key).update(`${json.version}\n${text}`).digest('base64url');
    expect(headers.get('headroom-signature')).toBe(`v1=${expected}`);
    const { headers: others } = await call('GET', undefined, {}, operator);
    expect(others.get('headroom-signature')).not.toBe(`v1=${expected}`);
  });

  it('are not sent to those who have them', async () => {
    const { json } = await call('PUT', compression);
    const again = await call('GET', undefined, { 'if-none-match': `"${json.version}"` });
    expect(again).toMatchObject({ status: 304, text: '' });
    expect(again.headers.get('headroom-signature')).toMatch(/^v1=.{43}$/);
    expect(await call('GET', undefined, { 'if-none-match': '"another"' })).toMatchObject({ status: 200 });
  });

  it('stand in the trail of changes with who set them, and are not set while changes are frozen', async () => {
    await call('PUT', compression);
    await call('PUT', compression);
    await call('PUT', { ttlMultiplier: 2 });
    const { items } = await new AuditTrail(parts).list(project, { limit: 10 });
    const told = items.map(({ by, action, change, from, to, state }) => [
      by.name,
      action,
      placeOf(change),
      from,
      to,
      state,
    ]);
    expect(told).toHaveLength(3);
    expect(told).toEqual(
      expect.arrayContaining([
        ['operator', 'set', 'setting compression', null, { aboveBytes: 1_000 }, 'made'],
        ['operator', 'set', 'setting compression', { aboveBytes: 1_000 }, null, 'made'],
        ['operator', 'set', 'setting ttlMultiplier', null, 2, 'made'],
      ]),
    );
    await new Freezes(parts).switchProject(project, { frozen: true, reason: 'incident' }, { keyId: 'k', name: 'ops' });
    expect(await call('PUT', {})).toMatchObject({ status: 409, text: expect.stringContaining('incident') });
    expect((await call('GET')).json.settings).toEqual({ ttlMultiplier: 2 });
  });

  it('are put by those who may operate, in place of what they know, and only as the schema has them', async () => {
    expect(await call('PUT', compression, {}, reader)).toMatchObject({ status: 403 });
    expect(await call('PUT', { compression: { aboveBytes: -1 } })).toMatchObject({ status: 400 });
    expect(await call('PUT', { surprise: 1 })).toMatchObject({ status: 400 });
    expect(await call('PUT', compression, { 'if-match': '"another"' })).toMatchObject({ status: 412 });
    const { json } = await call('GET');
    expect(await call('PUT', compression, { 'if-match': `"${json.version}"` })).toMatchObject({ status: 200 });
    project = 'nobody';
    expect(await call('GET')).toMatchObject({ status: 404 });
    expect(await call('PUT', compression)).toMatchObject({ status: 404 });
  });

  it('go with their project', async () => {
    await call('PUT', compression);
    await projects.delete(project);
    await projects.put(project, projectSettings.parse({ baseUrl: 'http://127.0.0.1:8080' }));
    expect((await call('GET')).json.settings).toEqual({});
  });
});

describe('an experiment', () => {
  it('is told until it is over, and keeps others from changing what it measures', async () => {
    await call('PUT', { ttlMultiplier: 2 });
    await experiments.begin(project, experiment());
    expect((await call('GET')).json).toEqual({
      version: (await liveSettings.read(project)).version,
      settings: { ttlMultiplier: 2 },
      experiment: experiment(),
      pollSeconds: 10,
    });
    expect(await call('PUT', {})).toMatchObject({ status: 409 });
    parts.time.now = noon + 100_000;
    expect((await call('GET')).json).not.toHaveProperty('experiment');
    expect(await call('PUT', {})).toMatchObject({ status: 200 });
  });

  it('begins once, alone, and ends early or late', async () => {
    const before = await liveSettings.read(project);
    await experiments.begin(project, experiment());
    const { version } = await liveSettings.read(project);
    await experiments.begin(project, experiment());
    expect((await liveSettings.read(project)).version).toBe(version);
    await expect(experiments.begin(project, experiment({ id: 'two' }))).rejects.toMatchObject({ code: 'conflict' });
    await experiments.end(project, 'two');
    expect((await liveSettings.read(project)).experiment?.id).toBe('one');
    await experiments.end(project, 'one');
    await experiments.end(project, 'one');
    expect(await liveSettings.read(project)).toEqual(before);
  });
});

it('waits for as long as the instances take to hear of it', async () => {
  expect(await experiments.leadSeconds(project)).toBe(65);
  await telemetry.ingest(
    project,
    telemetryBatch({ windows: [telemetryWindow({ start: noon - 20_000, durationMs: 10_000 })] }),
  );
  expect(await experiments.leadSeconds(project)).toBe(15);
});

describe('the applier', () => {
  const change: ChangeOf<'setting'> = {
    kind: 'setting',
    setting: 'compression',
    before: null,
    after: { aboveBytes: 1_000 },
  };
  const applier = () => settingApplier({ liveSettings, clock: parts.clock });

  it('applies, does the same again, and takes back, whatever else is set meanwhile', async () => {
    const held = await applier().read(project, change);
    expect(held).toEqual({ value: null });
    const applied = await applier().write(project, change, change.after, held);
    // Cut off before it was noted: the same again.
    expect(await applier().write(project, change, change.after, held)).toEqual(applied);
    await liveSettings.change(project, ({ settings }) => ({ settings: { ...settings, ttlMultiplier: 2 } }));
    expect(await applier().write(project, change, held.value, applied)).toEqual(held);
    expect((await liveSettings.read(project)).settings).toEqual({ ttlMultiplier: 2 });
  });

  it('touches nothing that is not as it was, nor what a service would not take', async () => {
    const held = await applier().read(project, change);
    await call('PUT', { compression: { aboveBytes: 7 } });
    await expect(applier().write(project, change, change.after, held)).rejects.toMatchObject({ code: 'conflict' });
    await expect(applier().write(project, change, { aboveBytes: -1 }, held)).rejects.toMatchObject({
      code: 'invalid-request',
    });
    expect((await liveSettings.read(project)).settings).toEqual({ compression: { aboveBytes: 7 } });
  });

  it('lets changes of different settings at the same moment all come through', async () => {
    const others = (['sampling', 'keepAlive', 'ttlMultiplier'] as const).map(async (setting, index) => {
      const after = [{ slowRequests: 1 }, { outgoing: true }, 3][index] ?? null;
      const other: ChangeOf<'setting'> = { kind: 'setting', setting, before: null, after };
      await applier().write(project, other, after, await applier().read(project, other));
    });
    await Promise.all(others);
    expect((await liveSettings.read(project)).settings).toEqual({
      sampling: { slowRequests: 1 },
      keepAlive: { outgoing: true },
      ttlMultiplier: 3,
    });
  });
});

it('answers telemetry with the version that the service is to have, seconds after it changed', async () => {
  const send = async (sequence: number): Promise<string | null> => {
    let version: string | null = null;
    await outputOf(async () => {
      const response = await fetch(`${gateway.url}/v1/projects/${project}/telemetry`, {
        method: 'POST',
        headers: { authorization: `Bearer ${operator}`, 'content-type': 'application/json' },
        body: JSON.stringify(telemetryBatch({ sequence, windows: [telemetryWindow({ start: noon - 10_000 })] })),
      });
      expect(response.status).toBe(202);
      version = response.headers.get('headroom-settings');
    });
    return version;
  };
  const first = await send(0);
  expect(first).toBe((await liveSettings.read(project)).version);
  const { version } = await liveSettings.change(project, () => ({ settings: compression }));
  parts.time.now += 3_000;
  expect(await send(1)).toBe(version);
});

it('reads windows by the settings that they were under', async () => {
  const window = (start: number, ms: number, settings?: { version: string; side?: 'a' | 'b' }) =>
    telemetryWindow({
      start,
      endpoints: [
        endpointWindow('GET /', { requests: 10, ms, failed: 1 }),
        endpointWindow('GET /x', { requests: 5, ms }),
      ],
      ...(settings && { settings }),
    });
  await telemetry.ingest(
    project,
    telemetryBatch({
      windows: [
        window(noon - 60_000, 5),
        window(noon - 30_000, 10, { version: 'v', side: 'b' }),
        window(noon - 40_000, 20, { version: 'v', side: 'a' }),
      ],
    }),
  );
  const read = await telemetry.windowsBySide(project, { from: noon - 45_000, to: noon });
  expect(read.map(({ responseTime, ...told }) => ({ ...told, requests: responseTime.count }))).toMatchObject([
    { start: noon - 40_000, version: 'v', side: 'a', requests: 15, failed: 1 },
    { start: noon - 30_000, version: 'v', side: 'b', requests: 15, failed: 1 },
  ]);
  expect(read[0]?.responseTime.mean).toBeCloseTo(20_000, -3);
});
