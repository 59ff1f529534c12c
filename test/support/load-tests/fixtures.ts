import type { z } from 'zod';
import { type LoadTest, loadTest, loadTestRequest } from '../../../lib/contracts/load.ts';
import type { LoadStep, LoadTestResult } from '../../../lib/contracts/load-result.ts';
import {
  histogramOf,
  requestsIn,
  type Second,
  scenarioOf,
  secondsOf,
  simulate,
  summaryOf,
  type Traffic,
} from './simulated-traffic.ts';

/** Load tests of every kind with results as the platform gives them, for whatever shows them. The same at every call. */

const testId = '01JD2V8Q6Y0000000000000000';

type Request = z.input<typeof loadTestRequest>;

const testOf = (request: Request, changes: Omit<Partial<LoadTest>, 'request'> = {}): LoadTest => {
  const parsed = loadTestRequest.parse(request);
  // As it comes out of the API: what a schema does not name is not there.
  return loadTest.parse({
    testId,
    project: 'shop',
    kind: parsed.kind,
    status: 'completed',
    progressPercent: 100,
    createdAt: '2026-01-31T01:59:58.000Z',
    startedAt: '2026-01-31T02:00:00.000Z',
    endedAt: '2026-01-31T02:05:00.000Z',
    request: parsed,
    ...changes,
  });
};

function resultOf(traffic: Traffic, changes: Partial<LoadTestResult> = {}): LoadTestResult {
  const { timeline, samples, failed } = traffic;
  const totalRequests = requestsIn(timeline);
  const seconds = secondsOf(timeline);
  return {
    totalRequests,
    successfulRequests: totalRequests - failed,
    failedRequests: failed,
    ...(totalRequests === 0 ? {} : { successRatePercent: (100 * (totalRequests - failed)) / totalRequests }),
    actualDurationSeconds: seconds + 0.217,
    performanceMetrics: {
      ...summaryOf(samples),
      requestsPerSecond: seconds === 0 ? 0 : totalRequests / seconds,
      throughputMbps: (totalRequests * 0.031) / Math.max(1, seconds),
      serviceTime: summaryOf(samples, 0.93),
    },
    connectionFailures: 0,
    scenarios: {},
    errors:
      failed === 0 ? [] : [{ kind: 'http-503', count: failed, example: 'GET /checkout: 503 no server is available' }],
    timeline,
    histogram: histogramOf(samples),
    generator: {
      verdict: 'ok',
      reasons: [],
      workers: 2,
      startSkewMs: 3.2,
      lagP99Ms: 0.41,
      lagMaxMs: 2.75,
      peakEventLoopUtilizationPercent: 38.2,
      peakCpuPercent: 44.9,
      lostShards: [],
    },
    recommendations: [],
    ...changes,
  };
}

const held = (length: number, second: (index: number) => Second): Second[] =>
  Array.from({ length }, (_, index) => second(index));
const ramped = (users: number, seconds: number): Second[] =>
  held(seconds, (index) => {
    const now = Math.max(1, Math.round((users * (index + 1)) / seconds));
    return { users: now, requests: now, medianMs: 24, errorRate: 0 };
  });

const scenarios = [
  { name: 'GET /products', path: '/products', weight: 6 },
  { name: 'GET /products/{id}', path: '/products/{{random(1,500)}}', weight: 3 },
  {
    name: 'buy something',
    weight: 1,
    before: [{ name: 'sign in', method: 'POST', path: '/session', body: { user: 'demo', password: 'not to be told' } }],
    flow: [
      { name: 'POST /basket', method: 'POST', path: '/basket', headers: { authorization: 'Bearer not-to-be-told' } },
      { name: 'POST /checkout', method: 'POST', path: '/checkout' },
    ],
  },
] satisfies Request['scenarios'];

const scenarioResults = (traffic: Traffic): LoadTestResult['scenarios'] => ({
  'GET /products': scenarioOf(traffic, 0.6, 0.8),
  'GET /products/{id}': scenarioOf(traffic, 0.3, 0.9),
  'buy something': {
    ...scenarioOf(traffic, 0.1, 2.4),
    flow: {
      'sign in': scenarioOf(traffic, 0.004, 3.1),
      'POST /basket': scenarioOf(traffic, 0.048, 1.6),
      'POST /checkout': scenarioOf(traffic, 0.048, 3.2),
    },
  },
});

export function basicTest(changes: Partial<LoadTestResult> = {}): LoadTest {
  const traffic = simulate([
    ...ramped(100, 10),
    ...held(60, (index) => ({
      users: 100,
      requests: 97 + ((index * 7) % 6),
      // A pause of the target, as of a garbage collection.
      medianMs: index === 31 ? 210 : 24,
      errorRate: index > 40 && index < 46 ? 0.06 : 0.001,
    })),
  ]);
  return testOf(
    { scenarios, users: 100, durationSeconds: 60, rampUpSeconds: 10, thresholds: ['p95<200', 'errors<0.1', 'rps>50'] },
    {
      result: resultOf(traffic, {
        scenarios: scenarioResults(traffic),
        connections: {
          opened: 104,
          tlsResumed: 12,
          connect: { avgMs: 0.8, p50Ms: 0.7, p95Ms: 1.9, maxMs: 4.2 },
          tls: { avgMs: 3.1, p50Ms: 2.9, p95Ms: 6.2, maxMs: 11.8 },
          firstByte: { avgMs: 25.2, p50Ms: 22.9, p95Ms: 61.4, maxMs: 702 },
        },
        resourceUsage: { peakCpuPercent: 71.4, avgCpuPercent: 48.1, peakMemoryPercent: 62, avgMemoryPercent: 58.9 },
        thresholds: [
          { threshold: 'p95<200', actual: 47.31234567, holds: true },
          { threshold: 'errors<0.1', actual: 0.561, holds: false },
          { threshold: 'rps>50', actual: 93.2, holds: true },
        ],
        cost: {
          estimatedUsd: 0.0123,
          actualUsd: 0.0118,
          items: [
            { name: 'Lambda', usd: 0.0098, detail: '2 workers, 70 s of 1,769 MB' },
            { name: 'SQS', usd: 0.000012, detail: '28 messages' },
            { name: 'DynamoDB', usd: 0.002, detail: '142 writes, 96 reads' },
          ],
          note: 'List prices of eu-central-1; the target’s own cost is not in it.',
        },
        recommendations: [
          'buy something takes 41 % of all response time: making it faster gains the most.',
          '1 in 100 requests takes over 140 ms while half take under 24 ms: look for waiting (locks, pools, garbage collection) rather than for slow code.',
        ],
        ...changes,
      }),
    },
  );
}

const usl = { lambda: 9.6, sigma: 0.0012, kappa: 0.0000058 };
const throughputOf = (users: number): number =>
  (usl.lambda * users) / (1 + usl.sigma * (users - 1) + usl.kappa * users * (users - 1));

export function stressTest(): LoadTest {
  const levels = [10, 20, 40, 80, 160, 320, 640, 480, 400, 440];
  const stepSeconds = 20;
  const seconds: Second[] = [];
  const steps = levels.map((users): LoadStep => {
    const rate = throughputOf(users) * (1 + 0.02 * Math.sin(users));
    const medianMs = (1000 * users) / rate - 76;
    const isBroken = users > 410;
    const startSecond = seconds.length;
    const failedShare = isBroken ? 0.09 : 0.0002;
    seconds.push(...held(stepSeconds, () => ({ users, requests: Math.round(rate), medianMs, errorRate: failedShare })));
    const requests = Math.round(rate * stepSeconds);
    return {
      part: 'stress',
      users,
      startSecond,
      durationSeconds: stepSeconds,
      requests,
      avgResponseTimeMs: medianMs * 1.1,
      p50ResponseTimeMs: medianMs,
      p95ResponseTimeMs: medianMs * 1.9,
      p99ResponseTimeMs: medianMs * 3.2,
      successRatePercent: 100 - 100 * failedShare,
      requestsPerSecond: rate,
      errors: isBroken ? [{ kind: 'http-503', count: Math.round(requests * failedShare) }] : [],
      littlesLaw: { expectedUsers: users * 0.994, differencePercent: -0.6 },
      verdict: isBroken ? 'failing' : 'ok',
      ...(isBroken ? { reason: '9 % of the requests failed, more than 5 %' } : {}),
    };
  });
  const traffic = simulate(seconds, { seed: 2 });
  const result = resultOf(traffic, {
    scenarios: { 'GET /products': scenarioOf(traffic, 1, 1) },
    steps,
    totalDurationSeconds: seconds.length,
    peakUsers: 640,
    breakingPoint: 400,
    performanceDegradation: {
      responseTimeIncreasePercent: 412.6,
      throughputDecreasePercent: 8.4,
      errorRateAtPeakPercent: 9.1,
    },
    breakingPointAnalysis: {
      firstFailureUsers: 440,
      overloadUsers: 480,
      primaryBottleneck: 'errors',
      resourceConstraint: 'connections',
      evidence: '50 of 50 database connections were taken from 400 users on',
    },
    capacity: {
      ...usl,
      maxUsers: Math.sqrt((1 - usl.sigma) / usl.kappa),
      maxRequestsPerSecond: throughputOf(Math.sqrt((1 - usl.sigma) / usl.kappa)),
      rSquared: 0.9991,
      interval: {
        lambda: { low: 9.41, high: 9.78 },
        sigma: { low: 0.00093, high: 0.0015 },
        kappa: { low: 0.0000051, high: 0.0000066 },
        maxUsers: { low: 391.2, high: 436.9 },
      },
      kneeUsers: 320,
    },
    recommendations: ['The target bears 400 users; beyond them its database connections run out.'],
  });
  return testOf(
    { kind: 'stress', scenarios: scenarios.slice(0, 1), startUsers: 10, maxUsers: 640, stepSeconds },
    { result },
  );
}

/** In the open model. */
export function spikeTest(): LoadTest {
  const base = { users: 20, requests: 50, medianMs: 30, errorRate: 0 };
  const traffic = simulate(
    [
      ...held(60, () => base),
      ...held(30, (index) => ({ users: 60 + index * 14, requests: 480, medianMs: 60 + index * 18, errorRate: 0.03 })),
      ...held(60, (index) => (index < 18 ? { ...base, users: 200 - index * 10, medianMs: 500 - index * 26 } : base)),
    ],
    { seed: 3 },
  );
  const step = (arrivalRate: number, startSecond: number, durationSeconds: number): LoadStep => ({
    part: 'spike',
    arrivalRate,
    startSecond,
    durationSeconds,
    requests: arrivalRate * durationSeconds,
    avgResponseTimeMs: arrivalRate,
    p50ResponseTimeMs: arrivalRate * 0.8,
    p95ResponseTimeMs: arrivalRate * 1.8,
    p99ResponseTimeMs: arrivalRate * 3,
    successRatePercent: arrivalRate > 100 ? 97 : 100,
    requestsPerSecond: arrivalRate,
    errors: [],
  });
  const result = resultOf(traffic, {
    scenarios: { 'GET /products': scenarioOf(traffic, 1, 1) },
    steps: [step(50, 0, 60), step(480, 60, 30), step(50, 90, 60)],
    spike: {
      baseP95ResponseTimeMs: 55.1,
      spikeP95ResponseTimeMs: 840.2,
      peakP95ResponseTimeMs: 1105.7,
      spikeErrorRatePercent: 3.04,
      recoverySeconds: 18,
    },
  });
  return testOf(
    {
      kind: 'spike',
      scenarios: scenarios.slice(0, 1),
      arrivalRate: 50,
      spikeRate: 480,
      spikeSeconds: 30,
      recoverySeconds: 60,
    },
    { result },
  );
}

export function enduranceTest(): LoadTest {
  const traffic = simulate(
    held(180, (index) => ({ users: 50, requests: 900, medianMs: 40 + index * 0.11, errorRate: 0.0004 })),
    { seed: 4, intervalSeconds: 20 },
  );
  const result = resultOf(traffic, {
    scenarios: { 'GET /products': scenarioOf(traffic, 1, 1) },
    steps: [
      {
        part: 'endurance',
        users: 50,
        startSecond: 0,
        durationSeconds: 3600,
        requests: requestsIn(traffic.timeline),
        requestsPerSecond: 45,
        errors: [],
      },
    ],
    endurance: {
      responseTime: { direction: 'rising', changePercent: 46.2, pValue: 0.0000031 },
      errorRate: { direction: 'stable', changePercent: 0.4, pValue: 0.71 },
      throughput: { direction: 'stable', changePercent: -0.2, pValue: 0.38 },
      memory: { direction: 'rising', changePercent: 31.5, pValue: 0.0004 },
    },
    recommendations: ['Memory and response times rise together: look for what is kept and never let go.'],
  });
  return testOf({ kind: 'endurance', scenarios: scenarios.slice(0, 1), users: 50, durationSeconds: 3600 }, { result });
}

/** The machine was the limit, and a worker died. */
export const limitedTest = (): LoadTest =>
  basicTest({
    generator: {
      verdict: 'limited-by-this-machine',
      reasons: ['CPU of the machine at 96 %, above 80 %', 'sends lagged by 41 ms at the 99th percentile'],
      workers: 2,
      startSkewMs: 12.4,
      lagP99Ms: 41.3,
      lagMaxMs: 187,
      peakEventLoopUtilizationPercent: 99.1,
      peakCpuPercent: 97.4,
      lostShards: [{ shard: 1, reason: 'died', lastInterval: 41 }],
    },
  });

/** Before anything was sent. */
export const cancelledTest = (): LoadTest =>
  testOf({ scenarios }, { status: 'cancelled', progressPercent: 0, reason: 'cancelled by its owner' });

/** Every connection was refused: there are seconds, and nothing in them. */
export function unreachableTest(): LoadTest {
  const traffic = simulate(held(12, () => ({ users: 10, requests: 0, medianMs: 1, errorRate: 0 })));
  return testOf(
    { scenarios: scenarios.slice(0, 1), durationSeconds: 60, thresholds: ['p95<200'] },
    {
      status: 'cancelled',
      progressPercent: 17,
      result: resultOf(traffic, {
        connectionFailures: 120,
        errors: [{ kind: 'connect-refused', count: 120, example: 'connect ECONNREFUSED 127.0.0.1:3000' }],
        histogram: [],
        thresholds: [{ threshold: 'p95<200', holds: false }],
        recommendations: ['No request could be sent: check that the target listens at its base URL.'],
      }),
    },
  );
}

/** What a target, or whoever wrote a script, may put into a report to take it over. */
export const hostileText =
  '</script><script>document.title="taken"</script><img src=x onerror="document.title=\'taken\'">"\'`<!--\u202e\u0000\u0007]]>';

export function hostileTest(): LoadTest {
  const { result, ...test } = basicTest();
  if (result === undefined) throw new Error('a basic test has a result');
  const { 'GET /products': scenario } = scenarioResults(
    simulate(held(5, () => ({ users: 1, requests: 5, medianMs: 20, errorRate: 0.5 }))),
  );
  if (scenario === undefined) throw new Error('the scenario has a result');
  return {
    ...test,
    reason: hostileText,
    result: {
      ...result,
      scenarios: { [hostileText]: { ...scenario, statuses: { [hostileText]: 1 }, flow: { [hostileText]: scenario } } },
      errors: [{ kind: hostileText, count: 3, example: `${hostileText}\nsecond line\ud800` }],
      thresholds: [{ threshold: hostileText, holds: false }],
      generator: { ...result.generator, verdict: 'limited', reasons: [hostileText] },
      steps: [
        {
          part: 'basic',
          users: 1,
          startSecond: 0,
          durationSeconds: 9,
          requests: 1,
          requestsPerSecond: 1,
          errors: [],
          verdict: 'failing',
          reason: hostileText,
        },
      ],
      cost: { estimatedUsd: 1, items: [{ name: hostileText, usd: 1, detail: hostileText }], note: hostileText },
      recommendations: [hostileText],
    },
  };
}
