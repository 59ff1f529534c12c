import { createHash, createHmac } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LambdaEnvironment } from '../../support/lambda-runtime/environment.ts';
import { accept, Collector } from '../sdk/collector.ts';
import { environmentFor } from '../sdk/host.ts';
import { httpEvent, queueEvent } from './events.ts';

const functions = fileURLToPath(new URL('./functions', import.meta.url));
let collector: Collector;
let environment: LambdaEnvironment | undefined;

async function start(
  flushMs: number,
  handler = 'middy.handler',
  more: NodeJS.ProcessEnv = {},
): Promise<LambdaEnvironment> {
  environment = await LambdaEnvironment.start(
    environmentFor(collector.url, {
      LAMBDA_TASK_ROOT: functions,
      _HANDLER: handler,
      HEADROOM_FLUSH_MS: String(flushMs),
      ...more,
    }),
  );
  return environment;
}

beforeEach(async () => {
  collector = await Collector.open();
});

afterEach(async () => {
  await environment?.stop();
  environment = undefined;
  await collector.close();
  expect(collector.problems).toEqual([]);
});

const windows = () => collector.batches.flatMap((batch) => batch.windows);

describe('a function with monitor()', () => {
  it('is reported event by event, whatever ended it', async () => {
    const lambda = await start(60_000);
    const get = (path: string, routeKey?: string) => lambda.invoke(httpEvent('GET', path, routeKey));
    expect(await get('/items/7', 'GET /items/{id}')).toEqual({ result: { statusCode: 200, body: 'hello' } });
    await get('/items/8', 'GET /items/{id}');
    await get('/stray/4711/missing');
    await get('/stray/early');
    expect(await get('/items/error')).toEqual({ error: 'it failed' });
    expect(await get('/handled/error')).toEqual({ result: { statusCode: 409 } });
    expect(await get('/worse/error')).toEqual({ error: 'worse' });
    await lambda.invoke(queueEvent('good', 'bad'));
    await lambda.invoke(queueEvent('bad'));
    await lambda.invoke({ any: 'thing' });
    await lambda.stop('SIGTERM');

    expect(collector.requests).toEqual({
      'GET /items/:id': { 200: 2 },
      'GET /stray/:id/missing': { 404: 1 },
      'GET /stray/early': { 304: 1 },
      'GET /items/error': { 500: 1 },
      'GET /handled/error': { 409: 1 },
      'GET /worse/error': { 500: 1 },
      '* sqs:orders': { 207: 1, 500: 1 },
      '* direct': { 200: 1 },
    });
    expect(JSON.stringify(collector.batches)).not.toContain('secret');
  });

  it('sends the first invocation before it is answered, with its cold start, and its queries as its own', async () => {
    const lambda = await start(60_000);
    await lambda.invoke(httpEvent('GET', '/items/7', 'GET /items/{id}'));
    const [window] = windows();
    expect(window?.queries).toMatchObject([{ system: 'sqlite', endpoint: 'GET /items/:id', maxPerRequest: 1 }]);
    expect(window?.endpoints).toMatchObject([{ queries: 1, statuses: { 200: 1 }, responseBytes: 5 }]);
    const { lambda: figures } = window?.resources ?? {};
    expect(figures).toMatchObject({ invocations: 1, coldStarts: 1, memoryLimitMb: 512 });
    expect(figures?.initMs).toBeGreaterThan(20);
    expect(figures?.minRemainingMs).toBeGreaterThan(5_000);
    expect(window?.peakConcurrentRequests).toBe(1);
  });

  it('tells hashes of who sent a request that is kept whole', async () => {
    const lambda = await start(60_000);
    await lambda.invoke({ ...httpEvent('GET', '/items/error'), headers: { Authorization: 'Bearer secret-token' } });
    const [record] = windows()[0]?.failedRequests ?? [];
    expect(record).toMatchObject({ url: '/items/error', status: 500, user: expect.stringMatching(/^[\da-f]{16}$/) });
    expect(record?.address).toMatch(/^[\da-f]{16}$/);
    expect(JSON.stringify(collector.batches)).not.toMatch(/secret|192\.0\.2\.7/);
  });

  it('sends at most so often, tells of each window when it was, and loses nothing to a freeze', async () => {
    const lambda = await start(1_000);
    const get = () => lambda.invoke(httpEvent('GET', '/items/7', 'GET /items/{id}'));
    await get();
    await get();
    await get();
    const before = Date.now();
    expect(collector.received).toHaveLength(1);
    lambda.freeze();
    // The other side lets go of the kept connection, and time goes on.
    collector.closeConnections();
    await delay(1_200);
    lambda.thaw();
    await get();
    expect(collector.requests).toEqual({ 'GET /items/:id': { 200: 4 } });
    expect(collector.received).toHaveLength(2);
    const [, waiting, last] = windows();
    // Not 1,200 ms, which is what the freeze would look like.
    for (const window of [waiting, last]) expect(window?.resources?.eventLoopDelayP99Ms).toBeLessThan(600);
    expect(waiting?.endpoints[0]?.statuses).toEqual({ 200: 2 });
    expect(waiting?.durationMs).toBeLessThan(1_000);
    expect(Date.parse(last?.start ?? '')).toBeGreaterThan(before + 1_000);
    expect(last?.durationMs).toBeLessThan(500);
  });

  it('waits for no more than the time that it is given where Headroom hangs, and tells all when it is back', async () => {
    collector.behaviour = () => {};
    const lambda = await start(100);
    const get = () => lambda.invoke(httpEvent('GET', '/items/7', 'GET /items/{id}'));
    const started = performance.now();
    expect(await get()).toMatchObject({ result: { statusCode: 200 } });
    const inits = performance.now() - started;
    // Sending alone is given up after ten seconds.
    expect(inits).toBeLessThan(8_000);
    const again = performance.now();
    await get();
    // It was given up a moment ago: nothing is waited for again so soon.
    expect(performance.now() - again).toBeLessThan(inits);
    collector.behaviour = accept;
    collector.closeConnections();
    await delay(250);
    await get();
    await lambda.stop('SIGTERM');
    expect(collector.requests).toEqual({ 'GET /items/:id': { 200: 3 } });
  });

  it('tells of an invocation that runs out of time before Lambda ends it', async () => {
    const lambda = await start(60_000);
    void lambda.invoke(httpEvent('GET', '/items/slow', 'GET /items/{id}'), 1_500);
    await collector.until(() => collector.received.length > 0);
    expect(collector.requests).toEqual({ 'GET /items/:id': { cutOff: 1 } });
  });

  it('keeps invocations that run at the same time apart', async () => {
    const lambda = await start(60_000, 'concurrent.handler');
    await lambda.invoke({ any: 'thing' });
    await lambda.stop('SIGTERM');
    expect(collector.requests).toEqual({ 'GET /a': { 200: 1 }, 'GET /b': { 200: 1 } });
    const queries = windows().flatMap((window) => window.queries);
    const most = (route: string) =>
      Math.max(...queries.filter(({ endpoint }) => endpoint === route).map(({ maxPerRequest }) => maxPerRequest));
    expect([most('GET /a'), most('GET /b')]).toEqual([1, 2]);
  });
});

describe('live settings of a function', () => {
  const secret = 'a-secret';
  const more = { HEADROOM_API_KEY: `hr_01JD2V8Q6Y0000000000000000_${secret}` };
  const invoke = (lambda: LambdaEnvironment) => lambda.invoke(httpEvent('GET', '/items/7', 'GET /items/{id}'));

  it('are asked for when it starts and before it is frozen, and told of with what was under them', async () => {
    const body = JSON.stringify({ version: 'one', settings: { ttlMultiplier: 2 }, pollSeconds: 60 });
    const key = createHash('sha256').update(secret).digest('base64url');
    const signature = createHmac('sha256', key).update(`one\n${body}`).digest('base64url');
    collector.settings = (_, response) => {
      response.writeHead(200, { etag: '"one"', 'headroom-signature': `v1=${signature}` }).end(body);
    };
    const lambda = await start(100, 'middy.handler', more);
    for (let i = 0; i < 20 && !windows().some(({ settings }) => settings?.version === 'one'); i++) {
      await invoke(lambda);
      await delay(100);
    }
    expect(windows().at(-1)?.settings).toEqual({ version: 'one' });
    expect(collector.batches.at(-1)?.errors).toBe(0);
  });

  it('keep nobody waiting for longer than telemetry may', async () => {
    collector.settings = () => {};
    const lambda = await start(100, 'middy.handler', more);
    const startedAtMs = performance.now();
    for (let i = 0; i < 3; i++) expect(await invoke(lambda)).toMatchObject({ result: { statusCode: 200 } });
    // Three times 300 ms, where the answer would come after 10 s, or never.
    expect(performance.now() - startedAtMs).toBeLessThan(8_000);
  });
});
