import { execFileSync } from 'node:child_process';
import http from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Comparison } from '../../../lib/contracts/comparisons.ts';
import type { LoadTest } from '../../../lib/contracts/load.ts';
import type { LoadTestResult } from '../../../lib/contracts/load-result.ts';
import { socketsPerWorker } from '../../../lib/load/plan.ts';
import { startCountingTarget } from '../../support/counting-target.ts';
import { type Listening, listening } from '../../support/listening.ts';
import { lastOf, playTest, registerTarget, untilEnded, untilTest } from '../../support/load-client.ts';
import { startSemaphoreTarget } from '../../support/semaphore-target.ts';
import { startShopTarget } from '../../support/shop-target.ts';
import { type Row, shopArrivals, shopScenarios, type World } from './world.ts';

const users = 12;
const answerMs = 40;

/** Bears `users` requests at once, each for some time; the rest it refuses after the same time. */
async function startFullHouse(): Promise<Listening & { answered: Record<number, number> }> {
  const answered: Record<number, number> = { 200: 0, 503: 0 };
  let guests = 0;
  const server = http.createServer({ keepAliveTimeout: 60_000 }, async (request, response) => {
    request.resume();
    const isFull = guests >= users;
    guests++;
    await delay(answerMs);
    guests--;
    response.writeHead(isFull ? 503 : 200).end();
    answered[response.statusCode] = (answered[response.statusCode] ?? 0) + 1;
  });
  return { ...(await listening(server)), answered };
}

/** Thirty users of two requests each, and what its plugins ensure of the whole fleet. */
const artilleryScript = [
  'config:',
  '  phases: [{ duration: 3, arrivalRate: 10 }]',
  '  plugins: { ensure: {} }',
  "  ensure: { thresholds: [{ 'http.response_time.p95': 2000 }] }",
  'scenarios:',
  "  - name: browse\n    flow:\n      - get: { url: '/a' }\n      - get: { url: '/b' }",
].join('\n');

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);

const mostActive = ({ timeline }: LoadTestResult): number =>
  Math.max(...timeline.map(({ activeUsers }) => activeUsers));

/** Each kind against a target of its own, which counts. */
async function playKind({ client }: World, kind: string, body: object): Promise<LoadTestResult> {
  const target = await startCountingTarget();
  try {
    await registerTarget(client, `d6-${kind}`, target.port);
    const { status, reason, result } = await playTest(client, `d6-${kind}`, { kind, ...body });
    expect(status, reason).toBe('completed');
    expect(result?.totalRequests).toBe(target.total());
    if (result === undefined) throw new Error(`${kind} has no result`);
    return result;
  } finally {
    await target.close();
  }
}

export const loadRows = {
  async A10(world) {
    const { status, result, startedAt = '', endedAt = '' } = await world.shopTest();
    expect(status).toBe('completed');
    const weights = sum(Object.fromEntries(shopScenarios.map(({ name, weight }) => [name, weight])));
    const { totalRequests = 0, scenarios = {}, performanceMetrics: times, timeline = [] } = result ?? {};
    expect(totalRequests).toBe(shopArrivals.perSecond * shopArrivals.seconds);
    expect(sum(Object.fromEntries(Object.entries(scenarios).map(([name, { requests }]) => [name, requests])))).toBe(
      totalRequests,
    );
    for (const { name, weight } of shopScenarios) {
      const { requests = 0, successfulRequests, failedRequests } = scenarios[name] ?? {};
      // Of so many draws, four standard deviations.
      const share = weight / weights;
      const deviation = Math.sqrt((share * (1 - share)) / totalRequests);
      expect(Math.abs(requests / totalRequests - share), name).toBeLessThan(4 * deviation);
      expect([successfulRequests, failedRequests]).toEqual(name === 'fail' ? [0, requests] : [requests, 0]);
    }
    expect(result?.successRatePercent).toBeCloseTo(100 - (100 * (scenarios.fail?.requests ?? 0)) / totalRequests, 2);
    expect(timeline.reduce((total, { requests }) => total + requests, 0)).toBe(totalRequests);
    const seconds = (Date.parse(endedAt) - Date.parse(startedAt)) / 1_000;
    expect(result?.actualDurationSeconds).toBeLessThanOrEqual(seconds);
    expect(times?.requestsPerSecond).toBeCloseTo(totalRequests / (result?.actualDurationSeconds ?? 0), 0);
    const { minResponseTimeMs, avgResponseTimeMs, p95ResponseTimeMs, p99ResponseTimeMs, maxResponseTimeMs } =
      times ?? {};
    const ordered = [minResponseTimeMs, avgResponseTimeMs, p95ResponseTimeMs, p99ResponseTimeMs, maxResponseTimeMs];
    expect(ordered).toEqual(ordered.toSorted((a = 0, b = 0) => a - b));
    expect(result?.resourceUsage?.peakCpuPercent).toBeGreaterThan(0);
    expect(result?.resourceUsage?.peakMemoryPercent).toBeGreaterThan(0);
    expect(result?.recommendations.length).toBeGreaterThan(0);

    // What was drawn, as a target sees it.
    const target = await startShopTarget();
    await registerTarget(world.client, 'a10', target.port);
    const drawn = await playTest(world.client, 'a10', {
      scenarios: [
        {
          name: 'order',
          method: 'POST',
          path: '/orders/{{random(3,9)}}?word={{randomWord()}}',
          headers: { 'x-count': '{{random(1,2)}}' },
          body: { pieces: '{{random(10,20)}}' },
        },
      ],
      arrivalRate: 60,
      durationSeconds: 2,
      rampUpSeconds: 0,
    });
    await target.close();
    expect(drawn.result?.totalRequests).toBe(target.requests.length);
    expect(target.requests.length).toBe(120);
    const seen = (drawnOf: (request: (typeof target.requests)[number]) => unknown) =>
      [...new Set(target.requests.map((request) => Number(drawnOf(request))))].toSorted((a, b) => a - b);
    expect(seen(({ path }) => /^\/orders\/(\d+)/.exec(path)?.[1])).toEqual([3, 4, 5, 6, 7, 8, 9]);
    expect(seen(({ headers }) => headers['x-count'])).toEqual([1, 2]);
    const pieces = seen(({ body }) => JSON.parse(body).pieces);
    expect([pieces[0], pieces.at(-1)]).toEqual([10, 20]);
    expect(new Set(target.requests.map(({ path }) => path.split('=')[1])).size).toBeGreaterThan(20);
    const bytes = target.requests.length * JSON.stringify(target.requests[0]).length;
    const megabits =
      (drawn.result?.performanceMetrics.throughputMbps ?? 0) * (drawn.result?.actualDurationSeconds ?? 0);
    expect(megabits / ((8 * bytes) / 1e6)).toBeGreaterThan(0.8);
    expect(megabits / ((8 * bytes) / 1e6)).toBeLessThan(3);
  },

  async A11(world) {
    const house = await startFullHouse();
    await registerTarget(world.client, 'a11', house.port);
    const play = () =>
      playTest(world.client, 'a11', {
        kind: 'stress',
        startUsers: 4,
        maxUsers: 64,
        stepSeconds: 1,
        rampUpSeconds: 0,
        thinkTimeMs: 0,
      });
    let played = await play();
    const tests = [played];
    // While this machine is busy with something else nothing is claimed of the target, and that is said: it is tried again.
    while (played.result?.breakingPointAnalysis?.primaryBottleneck === 'generator' && tests.length < 3) {
      expect(played.result).toMatchObject({ breakingPoint: null, capacityUnknown: expect.any(String) });
      played = await play();
      tests.push(played);
    }
    await house.close();
    const { status, reason, result } = played;
    expect(status, reason).toBe('completed');
    const total = (figure: 'successfulRequests' | 'failedRequests'): number =>
      tests.reduce((all, test) => all + (test.result?.[figure] ?? 0), 0);
    expect({ 200: total('successfulRequests'), 503: total('failedRequests') }).toEqual(house.answered);
    const { breakingPointAnalysis, breakingPoint, steps = [] } = result ?? {};
    const levels = steps.map((step) => step.users ?? 0);
    for (const step of steps) {
      const failed = sum(Object.fromEntries(step.errors.map(({ kind, count }) => [kind, count])));
      expect(failed > 0, JSON.stringify(step)).toBe((step.users ?? 0) > users);
    }
    if (breakingPointAnalysis?.primaryBottleneck === 'generator') return;
    expect(levels.slice(0, 3)).toEqual([4, 8, 16]);
    expect(breakingPointAnalysis).toMatchObject({
      primaryBottleneck: 'errors',
      firstFailureUsers: Math.min(...levels.filter((level) => level > users)),
    });
    // It is sought to 5 %, and of 13 users one in 13 is refused, which is more than a step may have.
    expect(breakingPoint).toBe(users);
    expect(result?.performanceDegradation?.errorRateAtPeakPercent).toBeGreaterThan(5);
  },

  async A12(world) {
    const { client } = world;
    const targets = await Promise.all(
      [30, 20].map((serviceMs) => startSemaphoreTarget({ slots: 100, serviceMs: () => serviceMs })),
    );
    const [slow, fast] = targets;
    await registerTarget(client, 'a12-slow', slow?.port ?? 0);
    await registerTarget(client, 'a12-fast', fast?.port ?? 0);
    const configurations = ['slow', 'fast'].map((name) => ({ name, project: `a12-${name}` }));
    const { comparisonId } = await client.call('startComparison', {
      body: { users: 4, durationSeconds: 10, sliceSeconds: 2, configurations },
    });
    const { status, result } = await lastOf(
      client.poll(
        'getComparison',
        { params: { comparisonId } },
        { until: (each: Comparison) => each.endedAt !== undefined, intervalMs: 500 },
      ),
    );
    await Promise.all(targets.map((target) => target.close()));
    expect(status).toBe('completed');
    expect(result?.rounds).toBe(5);
    // What both have answered stands to each other as what was measured of them does.
    const { slow: ofSlow, fast: ofFast } = result?.results ?? {};
    const measured = (ofFast?.requests ?? 0) / (ofSlow?.requests ?? 0);
    expect(measured * ((slow?.answered() ?? 0) / (fast?.answered() ?? 0))).toBeCloseTo(1, 0);
    for (const { requests = 0, slices = [] } of [ofSlow ?? {}, ofFast ?? {}]) {
      expect(slices).toHaveLength(5);
      expect(slices.reduce((total, slice) => total + slice.requests, 0)).toBe(requests);
    }
    expect(result?.results.slow?.minResponseTimeMs).toBeGreaterThanOrEqual(29);
    expect(result?.detailedAnalysis).toMatchObject({ biggestGain: 'fast', mostEfficient: 'fast' });
    expect(['slow', 'fast']).toContain(result?.detailedAnalysis.mostStable);
    // All times are far below their threshold: a score is the share of the best throughput.
    const best = result?.results.fast?.requestsPerSecond ?? 0;
    for (const { performanceScore, requestsPerSecond } of Object.values(result?.results ?? {})) {
      expect(performanceScore).toBeCloseTo((100 * requestsPerSecond) / best, 0);
    }
    if (result?.generator.verdict === 'ok') {
      expect(result.bestConfiguration).toMatchObject({ name: 'fast' });
      expect(result.bestConfiguration?.improvementPercent).toBeGreaterThan(20);
      expect(result.bestConfiguration?.advantages.length).toBeGreaterThan(0);
    } else {
      expect(result).toMatchObject({
        bestConfiguration: null,
        noWinner: expect.stringMatching(/share this machine|could not keep up/),
      });
    }
    const page = await world.get(`/v1/comparisons/${comparisonId}/report`);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(await page.text()).toContain('fast');
  },

  async C5(world) {
    const target = await startShopTarget();
    await registerTarget(world.client, 'c5', target.port);
    const people = 6;
    const before = [
      {
        method: 'POST',
        path: '/login',
        body: { name: 'user{{seq()}}' },
        captures: { token: { jsonPath: '$.token' } },
      },
    ] as const;
    const headers = { authorization: 'Bearer {{token}}' };
    const thinkTimeMs = { min: 100, max: 300 };
    const { status, result } = await playTest(world.client, 'c5', {
      users: people,
      durationSeconds: 3,
      rampUpSeconds: 0,
      thinkTimeMs,
      scenarios: [
        { name: 'look', weight: 3, before, cookies: false, path: '/me', headers },
        {
          name: 'buy',
          weight: 1,
          before,
          cookies: false,
          flow: [
            { method: 'POST', path: '/cart', headers, captures: { cart: { jsonPath: '$.cart.id' } } },
            { path: '/cart/{{cart}}', headers },
          ],
        },
      ],
    });
    await target.close();
    expect(status).toBe('completed');
    expect(result).toMatchObject({ totalRequests: target.requests.length, failedRequests: 0 });
    // Whoever does a thing has signed in for it before, once.
    const signedIn = new Set<string>();
    const doers = new Set<string>();
    for (const { path, user, body } of target.requests) {
      if (path !== '/login') {
        expect(signedIn).toContain(user);
        doers.add(user);
        continue;
      }
      const { name } = JSON.parse(body) as { name: string };
      expect(signedIn).not.toContain(name);
      signedIn.add(name);
    }
    expect(doers.size).toBeGreaterThanOrEqual(people);
    const carts = target.at(/^\/cart\/\d+$/);
    const made = target.requests.filter(({ method, path }) => method === 'POST' && path === '/cart').length;
    expect(carts.length).toBeLessThanOrEqual(made);
    expect(carts.length).toBeGreaterThanOrEqual(made - people);
    expect(target.at(/^\/me$/).length).toBeGreaterThan(made);
    // A user thinks for 0.2 s in the mean, and three seconds are over after some fifteen of these.
    const rounds = (target.at(/^\/me$/).length + made) / people;
    expect(rounds).toBeGreaterThan(3_000 / thinkTimeMs.max - 4);
    expect(rounds).toBeLessThan(3_000 / thinkTimeMs.min + 1);
  },

  async C7(world) {
    // Node has raised it as far as it may be raised. The target, in this process, takes one for each user.
    const descriptors = execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }).trim();
    const most = descriptors === 'unlimited' ? 10_000 : Math.floor(0.9 * Number(descriptors)) - 200;
    const crowd = Math.min(10_000, most);
    const { client } = world;
    const open = { now: 0, most: 0 };
    let answered = 0;
    const server = http.createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
      request.resume();
      response.end('ok');
      answered++;
    });
    server.on('connection', (socket) => {
      open.most = Math.max(open.most, ++open.now);
      socket.once('close', () => open.now--);
    });
    const target = await listening(server);
    await registerTarget(client, 'c7', target.port);
    const params = { project: 'c7' };
    // Each sends one request and then thinks until the end, which is when all have come: it is about the connections, and not
    // about how long the target, which shares this process with the platform, takes for one.
    const body = { users: crowd, thinkTimeMs: 300_000, rampUpSeconds: 8, durationSeconds: 100, timeoutMs: 120_000 };
    const { testId, workers } = await client.call('startLoadTest', { params, body });
    expect(workers).toBeGreaterThanOrEqual(Math.ceil(crowd / socketsPerWorker));
    const arePresent = ({ result, endedAt }: LoadTest): boolean =>
      endedAt !== undefined || (result?.totalRequests === crowd && mostActive(result) === crowd);
    expect(await untilTest(client, { ...params, testId }, arePresent)).toMatchObject({ status: 'running' });
    expect(open).toEqual({ now: crowd, most: crowd });
    await client.call('cancelLoadTest', { params: { ...params, testId } });
    const last = await untilEnded(client, { ...params, testId });
    await target.close();
    expect(last).toMatchObject({
      status: 'cancelled',
      result: {
        totalRequests: crowd,
        successfulRequests: crowd,
        connectionFailures: 0,
        connections: { opened: crowd },
      },
    });
    expect(last.result?.generator.lostShards).toEqual([]);
    expect(answered).toBe(crowd);
  },

  async D6(world) {
    const common = { rampUpSeconds: 0, thinkTimeMs: 50 };
    const leap = { users: 2, spikeUsers: 20, durationSeconds: 3, spikeSeconds: 2, recoverySeconds: 4 };
    const [spike, endurance, { basic, stress, all }] = await Promise.all([
      playKind(world, 'spike', { ...common, ...leap }),
      playKind(world, 'endurance', { ...common, users: 2, durationSeconds: 10 }),
      world.commandLineTests(),
    ]);
    expect(basic.test.result && mostActive(basic.test.result)).toBe(5);
    expect(stress.test.result?.steps?.map((step) => step.users)).toContain(1);
    expect(mostActive(spike)).toBe(leap.spikeUsers);
    expect(spike.spike).toHaveProperty('recoverySeconds');
    expect(endurance.endurance?.throughput.direction).toMatch(/stable|rising|falling/);
    const { steps, ...parts } = all.test.result ?? ({} as Partial<LoadTestResult>);
    expect(parts.spike).toBeDefined();
    expect(parts.endurance).toBeDefined();
    expect(new Set(steps?.map(({ part }) => part))).toEqual(new Set(['basic', 'stress', 'spike', 'endurance']));

    const { totalRequests, artillery, thresholds } = await playKind(world, 'artillery', { script: artilleryScript });
    expect(totalRequests).toBe(60);
    expect(artillery).toMatchObject({ 'vusers.created': 30, 'http.codes.200': 60 });
    expect(thresholds).toMatchObject([{ holds: true }]);
    const processor = `${artilleryScript}\nbefore: {}`.replace('config:', 'config:\n  processor: x.js');
    await expect(
      world.client.call('startLoadTest', {
        params: { project: 'd6-artillery' },
        body: { kind: 'artillery', script: processor },
      }),
    ).rejects.toMatchObject({ code: 'invalid-request' });
  },

  async D10(world) {
    for (const [kind, { test, out, counts }] of Object.entries(await world.commandLineTests())) {
      const { totalRequests } = test.result ?? {};
      expect([test.status, totalRequests], kind).toEqual(['completed', counts['/somewhere']]);
      expect(out).toContain(String(totalRequests?.toLocaleString('en')));
    }
  },
} satisfies Record<string, Row>;
