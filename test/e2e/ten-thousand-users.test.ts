import { execFileSync } from 'node:child_process';
import http from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LoadTest } from '../../lib/contracts/load.ts';
import type { LoadTestResult } from '../../lib/contracts/load-result.ts';
import { socketsPerWorker } from '../../lib/load/plan.ts';
import { type Listening, listening } from '../support/listening.ts';
import { registerTarget, untilEnded, untilTest } from '../support/load-client.ts';
import { startPlatform, type TestPlatform } from '../support/platform.ts';

/** Node has raised it as far as it may be raised. The target, in this process, takes one for each user. */
const descriptors = execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }).trim();
const users = descriptors === 'unlimited' ? 10_000 : Math.min(10_000, Math.floor(0.9 * Number(descriptors)) - 200);

const open = { now: 0, most: 0 };
let answered = 0;
let target: Listening;
let platform: TestPlatform;
beforeAll(async () => {
  const server = http.createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
    request.resume();
    response.end('ok');
    answered++;
  });
  server.on('connection', (socket) => {
    open.most = Math.max(open.most, ++open.now);
    socket.once('close', () => open.now--);
  });
  [target, platform] = await Promise.all([listening(server), startPlatform()]);
});
afterAll(() => Promise.all([platform?.stop(), target?.close()]));

it(`holds ${users} users at once, each on a connection of his own, as the target counts them`, {
  timeout: 150_000,
}, async () => {
  const { client } = platform;
  const project = 'crowd';
  await registerTarget(client, project, target.port);
  // Each sends one request and then thinks until the end, which is when all have come: it is about the connections, and not
  // about how long the target, which shares this process with the platform, takes for one.
  const body = { users, thinkTimeMs: 300_000, rampUpSeconds: 8, durationSeconds: 100, timeoutMs: 120_000 };
  const { testId, workers } = await client.call('startLoadTest', { params: { project }, body });
  expect(workers).toBeGreaterThanOrEqual(Math.ceil(users / socketsPerWorker));
  const arePresent = ({ result, endedAt }: LoadTest): boolean =>
    endedAt !== undefined || (result?.totalRequests === users && mostActive(result) === users);
  expect(await untilTest(client, { project, testId }, arePresent)).toMatchObject({ status: 'running' });
  expect(open).toEqual({ now: users, most: users });
  await client.call('cancelLoadTest', { params: { project, testId } });
  const last = await untilEnded(client, { project, testId });
  expect(last).toMatchObject({
    status: 'cancelled',
    result: { totalRequests: users, successfulRequests: users, connectionFailures: 0, connections: { opened: users } },
  });
  expect(last.result?.generator.lostShards).toEqual([]);
  expect(answered).toBe(users);
});

const mostActive = ({ timeline }: LoadTestResult): number =>
  Math.max(...timeline.map(({ activeUsers }) => activeUsers));
