import { get } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { LiveSettings } from '../../../lib/contracts/live-settings.ts';
import { projectSettings } from '../../../lib/contracts/projects.ts';
import type { Gateway } from '../../../lib/local/gateway/gateway.ts';
import { optimizationApi } from '../../../lib/optimization/api.ts';
import { settingsExperiments } from '../../../lib/optimization/settings/experiments.ts';
import { isoTime, systemClock } from '../../../lib/platform/clock.ts';
import { httpDoor } from '../../../lib/platform/http/door.ts';
import { KeyService } from '../../../lib/platform/keys/service.ts';
import { LiveSettingsService } from '../../../lib/projects/live-settings/service.ts';
import { ProjectService } from '../../../lib/projects/service.ts';
import { TelemetryService } from '../../../lib/telemetry/service.ts';
import { functionParts } from '../../support/function-parts.ts';
import { gatewayTo } from '../../support/gateway-doors.ts';
import { startTestDynamoDb, type TestDynamoDb } from '../../support/history-table.ts';
import { telemetryDoor } from '../../support/telemetry-door.ts';
import { environmentFor, Host } from '../sdk/host.ts';

const project = 'shop';
let dynamoDb: TestDynamoDb;
let gateway: Gateway;
let liveSettings: LiveSettingsService;
let telemetry: TelemetryService;
let token: string;
let host: Host | undefined;

beforeAll(async () => {
  dynamoDb = await startTestDynamoDb();
  const parts = { ...(await dynamoDb.createParts({ now: Date.now() })), clock: systemClock };
  const projects = new ProjectService(parts);
  liveSettings = new LiveSettingsService(parts);
  telemetry = new TelemetryService(parts, projects);
  ({ token } = await new KeyService(parts).create({ name: 'service', scope: 'write' }, 'a test'));
  // Its metrics are of no interest here, and many.
  const meter = { count() {}, milliseconds() {}, flush() {} };
  const optimization = { ...functionParts('optimization-api', parts), meter };
  gateway = await gatewayTo({
    'optimization-api': httpDoor(
      'optimization-api',
      optimization,
      optimizationApi(optimization, async () => 1_000),
    ),
    'telemetry-api': telemetryDoor({ ...functionParts('telemetry-api', parts), meter }, projects),
  });
  await projects.put(project, projectSettings.parse({ baseUrl: 'http://127.0.0.1:8080' }));
});
afterAll(async () => {
  await gateway?.stop(0);
  await dynamoDb?.stop();
});
beforeEach(() => liveSettings.change(project, () => ({ settings: {} })));
afterEach(async () => {
  expect(await host?.terminate()).toBe('SIGTERM');
  expect(host?.program.output()).toBe('');
  host = undefined;
});

const start = async (more: NodeJS.ProcessEnv = {}): Promise<Host> => {
  host = await Host.start(environmentFor(gateway.url, { HEADROOM_API_KEY: token, ...more }));
  return host;
};

const caching: LiveSettings = {
  responseCaching: [{ endpoint: 'GET /items/:id', ttlSeconds: 60, staleWhileRevalidateSeconds: 0 }],
};

/** What the service's cache says, if it has one. Each time over a connection of its own: kept ones may end while this test waits. */
const cacheStatus = (): Promise<string | undefined> =>
  new Promise((resolve, reject) => {
    get(`${host?.address}/items/17`, { agent: false }, (response) => {
      const status = response.headers['cache-status'];
      response.resume().once('end', () => resolve(status === undefined ? undefined : String(status)));
    }).once('error', reject);
  });

/** The same, once the service has reported: with the answer it hears of what has changed. */
async function cacheStatusWhenTold(): Promise<string | undefined> {
  await host?.flush();
  return cacheStatus();
}

it('follows what is set, tells what is in force, and is as before when it is taken back', async () => {
  const { version } = await liveSettings.change(project, () => ({ settings: caching }));
  await start();
  expect(await cacheStatus()).toBeUndefined();
  await expect.poll(cacheStatusWhenTold, { timeout: 15_000 }).toMatch(/^headroom; hit/);
  await liveSettings.change(project, () => ({ settings: {} }));
  await expect.poll(cacheStatusWhenTold, { timeout: 15_000 }).toBeUndefined();
  await host?.flush();
  const windows = await telemetry.windowsBySide(project, { from: Date.now() - 60_000, to: Date.now() });
  expect(windows.some((window) => window.version === version && window.side === undefined)).toBe(true);
  const { endpoints, sdkErrors } = await telemetry.aggregate(project, { from: Date.now() - 60_000, to: Date.now() });
  // Hits are told of by the name of their endpoint.
  expect(endpoints.map(({ endpoint }) => endpoint)).toEqual(['GET /items/:id']);
  expect(sdkErrors).toBe(0);
}, 40_000);

it('goes through an experiment by its clock, and is back after it by itself', async () => {
  await start();
  await cacheStatus();
  const experiments = settingsExperiments({ liveSettings, telemetry, clock: systemClock });
  const startsAt = Date.now() + 2_000;
  await experiments.begin(project, {
    id: 'one',
    startsAt: isoTime(startsAt),
    sliceSeconds: 0.5,
    order: 'abba',
    a: {},
    b: caching,
  });
  await host?.flush();
  const seen: boolean[] = [];
  // Nobody tells it of the end.
  for (; Date.now() < startsAt + 2_300; await pause(20)) {
    const isCached = (await cacheStatus()) !== undefined;
    if (isCached !== seen.at(-1)) seen.push(isCached);
  }
  expect(seen).toEqual([false, true, false]);
  await host?.flush();
  const windows = await telemetry.windowsBySide(project, { from: startsAt - 10_000, to: Date.now() });
  const sides = windows.filter(({ responseTime }) => responseTime.count > 0).map(({ side }) => side ?? '-');
  const inTurn = sides.filter((side, index) => side !== sides[index - 1]);
  expect(inTurn.join('')).toBe('-aba-');
}, 40_000);

it('takes nothing where the service wants none, or what is in force is out of its bounds', async () => {
  await liveSettings.change(project, () => ({ settings: caching }));
  await start({ HEADROOM_LIVE_SETTINGS: 'false' });
  await cacheStatus();
  await host?.flush();
  await host?.flush();
  expect(await cacheStatus()).toBeUndefined();
});
