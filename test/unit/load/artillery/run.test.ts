import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureChecks } from '../../../../lib/load/artillery/ensure.ts';
import { addMetrics, noMetrics } from '../../../../lib/load/artillery/metrics.ts';
import { prepareArtillery } from '../../../../lib/load/artillery/run.ts';
import { planOf, playScript, type ScriptTarget, scriptOf, startScriptTarget } from '../../../support/artillery-run.ts';
import { totalsOf } from '../../../support/engine-run.ts';
import { selfSigned } from '../../../support/self-signed.ts';

let target: ScriptTarget;
beforeEach(async () => {
  target = await startScriptTarget();
});
afterEach(() => target.close());

const shop = `
config:
  phases: [{ duration: 1, arrivalRate: 20, rampTo: 40 }, { pause: 0.2 }]
  http: { timeout: 2 }
  payload: { fields: [user], order: sequence, data: [[ann], [bob], [cid]] }
  plugins:
    expect: {}
    ensure: { thresholds: [{ http.response_time.p99: 60000 }], conditions: [{ expression: http.codes.404 == 0 }] }
before:
  flow: [{ post: { url: '/login?secret', capture: { json: $.url, as: token } } }]
scenarios:
  - name: buy
    weight: 3
    flow:
      - get: { url: '/items', capture: [{ json: '$.items[?(@ > 2)]', as: item }], expect: [{ statusCode: 200 }] }
      - think: 0.02
      - loop: [{ put: { url: '/cart/{{ item }}/{{ $loopCount }}', json: { user: '{{ user }}', token: '{{ token }}' } } }]
        count: 3
  - name: look
    flow:
      - get: { url: /status/404, expect: { statusCode: 404 } }
      - get: { url: '/to?/there', expect: { hasProperty: nothing } }
`;

describe('A script', () => {
  it('is played with weights, captures, loops and expectations, and its figures are those of the target', async () => {
    const plan = planOf(shop, target.origin);
    const { outcome, reports, metrics } = await playScript(plan);

    const buyers = target.counts['/items'] ?? 0;
    const lookers = target.counts['/there'] ?? 0;
    expect(buyers + lookers).toBe(30);
    expect(buyers).toBeGreaterThan(lookers);
    expect(target.counts).toEqual({
      '/login': 1,
      '/items': buyers,
      ...{ '/cart/3/0': buyers, '/cart/3/1': buyers, '/cart/3/2': buyers },
      ...{ '/status/404': lookers, '/to': lookers, '/there': lookers },
    });
    const users = (target.bodies['/cart/3/0'] ?? []).map((body): string => JSON.parse(body).user);
    expect(new Set(users)).toEqual(new Set(['ann', 'bob', 'cid']));
    expect(JSON.parse(target.bodies['/cart/3/1']?.[0] ?? '{}').token).toBe('secret');

    expect(outcome).toMatchObject({
      ...{ reason: 'completed', requests: target.total(), failed: lookers, connectionFailures: 0 },
      successful: target.total() - lookers,
      intervals: reports.length,
    });
    expect(totalsOf(reports, 'buy')).toMatchObject({
      requests: 4 * buyers,
      successful: 4 * buyers,
      statuses: { 200: 4 * buyers },
    });
    expect(totalsOf(reports, 'look')).toMatchObject({
      requests: 3 * lookers,
      statuses: { 404: lookers, 302: lookers, 200: lookers },
      errors: { 'check-json': lookers },
    });
    expect(totalsOf(reports, 'before')).toMatchObject({ requests: 1, successful: 1 });
    const { responseTime, serviceTime } = totalsOf(reports);
    expect([responseTime.count, serviceTime.count]).toEqual([target.total(), target.total()]);
    expect(responseTime.sum).toBeGreaterThanOrEqual(serviceTime.sum);
    expect(reports.map(({ interval, final }) => [interval, final])).toEqual(
      reports.map((_, i) => [i, i === reports.length - 1]),
    );
    expect(reports.reduce((sum, { flows }) => sum + (flows.buy ?? 0) + (flows.look ?? 0), 0)).toBe(30);

    expect(outcome.metrics.counters).toMatchObject({
      ...{ 'http.requests': target.total(), 'http.responses': target.total(), 'http.codes.404': lookers },
      ...{ 'vusers.created': 30, 'vusers.completed': 30, 'vusers.created_by_name.buy': buyers },
      ...{ 'plugins.expect.ok.statusCode': buyers + lookers, 'plugins.expect.failed.hasProperty': lookers },
    });
    expect(metrics.reduce(addMetrics, noMetrics()).counters).toEqual(outcome.metrics.counters);
    expect(
      ensureChecks(plan.script.ensure ?? {}, outcome.metrics, outcome.elapsedMs).map(({ holds }) => holds),
    ).toEqual([true, lookers === 0]);
  });

  it('counts every byte of its connections, and opens one for each user', async () => {
    const flow = '[{ get: { url: /a } }, { post: { url: /b, body: hello } }, { get: { url: /to?/c } }]';
    const { reports } = await playScript(planOf(scriptOf(5, 0.5, flow), target.origin));
    await target.close();
    const figures = reports.flatMap(({ scenarios }) => Object.values(scenarios));
    const sum = (of: 'bytesSent' | 'bytesReceived'): number => figures.reduce((all, each) => all + each[of], 0);
    expect([sum('bytesSent'), sum('bytesReceived')]).toEqual([target.received.bytesRead, target.received.bytesWritten]);
    expect(reports.reduce((all, { connections }) => all + connections.opened, 0)).toBe(5);
    expect(target.connections()).toBe(5);
    target = await startScriptTarget();
  });

  it('is split over workers, whose users together are all', async () => {
    const text = scriptOf(
      25,
      0.5,
      '[{ get: { url: "/{{ row }}" } }]',
      'payload: { fields: [row], order: sequence, data: [[a], [b], [c], [d], [e]] }',
    );
    const runs = await Promise.all(
      [0, 1, 2].map((worker) => playScript(planOf(text, target.origin, { worker, workers: 3 }))),
    );
    expect(runs.map(({ outcome }) => outcome.requests)).toEqual([9, 8, 8]);
    expect(target.total()).toBe(25);
    // Rows are dealt to the workers: a and d, b and e, c.
    expect(target.counts).toEqual({ '/a': 5, '/d': 4, '/b': 4, '/e': 4, '/c': 8 });
  });

  it('speaks TLS, and tells how long connecting took', async () => {
    const secure = await startScriptTarget(selfSigned('target.test'));
    const text = scriptOf(3, 0.3, '[{ get: { url: /a } }]', 'tls: { rejectUnauthorized: false }');
    const { outcome, reports } = await playScript(planOf(text, secure.origin));
    await secure.close();
    expect(outcome).toMatchObject({ requests: 3, successful: 3 });
    expect(reports.reduce((all, { connections }) => all + connections.tls.count, 0)).toBe(3);
  });

  it('tells failures apart: no answer in time, resets, refused connections', async () => {
    const flow = '[{ get: { url: /hang } }]';
    const timeouts = await playScript(planOf(scriptOf(2, 0.1, flow, 'timeout: 0.3'), target.origin));
    expect(totalsOf(timeouts.reports)).toMatchObject({ requests: 2, failed: 2, errors: { timeout: 2 } });
    expect(totalsOf(timeouts.reports).responseTime.min).toBeGreaterThanOrEqual(300_000);

    const resets = await playScript(planOf(scriptOf(2, 0.1, '[{ get: { url: /reset } }]'), target.origin));
    expect(totalsOf(resets.reports)).toMatchObject({ requests: 2, failed: 2, errors: { reset: 2 } });

    const { port } = target.origin;
    await target.close();
    const refused = await playScript(planOf(scriptOf(2, 0.1, '[{ get: { url: /a } }]'), { ...target.origin, port }));
    expect(refused.outcome).toMatchObject({ requests: 0, connectionFailures: 2 });
    expect(refused.outcome.metrics.counters).toMatchObject({ 'vusers.failed': 2, 'errors.ECONNREFUSED': 2 });
    expect(refused.reports.flatMap(({ connectionFailures }) => Object.keys(connectionFailures))).toContain(
      'ECONNREFUSED',
    );
    target = await startScriptTarget();
  });

  it('fails the request whose capture finds nothing, and its user', async () => {
    const flow = '[{ get: { url: /a, capture: { json: $.none, as: none } } }, { get: { url: /never } }]';
    const { outcome, reports } = await playScript(planOf(scriptOf(2, 0.1, flow), target.origin));
    expect(totalsOf(reports)).toMatchObject({ requests: 2, failed: 2, errors: { 'capture-none': 2 } });
    expect(outcome.metrics.counters).toMatchObject({ 'vusers.failed': 2, 'errors.Failed capture or match': 2 });
    expect(target.counts).toEqual({ '/a': 2 });
  });

  it('goes on after a 304, for which Artillery alone would wait for ever', async () => {
    const { outcome } = await playScript(
      planOf(scriptOf(1, 0.1, '[{ get: { url: /status/304 } }, { get: { url: /b } }]'), target.origin),
    );
    expect(outcome).toMatchObject({ requests: 2, successful: 2 });
  });

  it('lets no more users be at work than maxVusers', async () => {
    const text = `
config: { timeout: 1, phases: [{ duration: 0.5, arrivalRate: 40, maxVusers: 3 }] }
scenarios: [{ flow: [{ get: { url: /hang } }] }]
`;
    const { outcome, reports } = await playScript(planOf(text, target.origin));
    const { counters } = outcome.metrics;
    expect(Math.max(...reports.map(({ activeUsers }) => activeUsers))).toBe(3);
    expect((counters['vusers.skipped'] ?? 0) + (counters['vusers.created'] ?? 0)).toBe(20);
    expect(target.total()).toBe(counters['vusers.created']);
  });
});

describe('A run', () => {
  it('stops within two seconds, and sends nothing more', async () => {
    const stop = new AbortController();
    const flow = '[{ loop: [{ get: { url: /a } }, { get: { url: /hang, ifTrue: 1 == 2 } }] }]';
    const running = playScript(planOf(scriptOf(20, 1, flow), target.origin), { signal: stop.signal });
    await target.reached(50);
    const stoppedAt = performance.now();
    stop.abort();
    const { outcome, reports } = await running;
    expect(performance.now() - stoppedAt).toBeLessThan(2000);
    const seen = target.total();
    expect(outcome).toMatchObject({ reason: 'aborted', intervals: reports.length });
    expect(reports.at(-1)?.final).toBe(true);
    // What was on its way when the connections broke is counted as sent; the target may not have read it whole.
    expect(outcome.requests).toBeGreaterThanOrEqual(seen);
    expect(outcome.requests).toBeLessThanOrEqual(seen + (outcome.metrics.counters['vusers.stopped'] ?? 0));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(target.total()).toBe(seen);
  });

  it('stops those who do not come to an end', async () => {
    const flow = '[{ loop: [{ get: { url: /a } }, { think: 0.01 }] }]';
    const { outcome } = await playScript(planOf(scriptOf(2, 0.1, flow), target.origin, { drainMs: 1000 }));
    expect(outcome).toMatchObject({ reason: 'completed', metrics: { counters: { 'vusers.stopped': 2 } } });
    expect(outcome.requests).toBeGreaterThanOrEqual(2);
  });

  it('is handed over, with no user missing and none twice', async () => {
    const text = scriptOf(40, 2, '[{ get: { url: /a } }]');
    const threads = [0, 600].map((fromMs) => ({
      plan: planOf(text, target.origin, { fromMs }),
      thread: prepareArtillery(),
    }));
    await Promise.all(threads.map(({ thread }) => thread.ready));
    // Both have heard what they are to do long before.
    const startAtEpochMs = Date.now() + 1500;
    const io = { startAtEpochMs, addresses: () => ['127.0.0.1'] };
    const intervals: number[][] = [[], []];
    const [first, second] = threads.map(({ plan, thread }, i) =>
      thread.play(plan, { ...io, onInterval: ({ interval }) => intervals[i]?.push(interval) }),
    );
    first?.leaveAt(600);
    const outcomes = await Promise.all([first?.outcome, second?.outcome]);
    expect(outcomes.map((outcome) => outcome?.requests)).toEqual([12, 28]);
    expect(target.total()).toBe(40);
    expect(intervals[1]?.[0]).toBe(3);
  });

  it('fails when what comes before it does', async () => {
    const text = `before: { flow: [{ get: { url: /a, capture: { json: $.none, as: none } } }] }${scriptOf(1, 1, '[{ get: { url: /b } }]')}`;
    await expect(playScript(planOf(text, target.origin))).rejects.toThrow('`before` failed: Failed capture or match');
    expect(target.counts).toEqual({ '/a': 1 });
  });

  it('fails with what its listener throws', async () => {
    const { outcome } = prepareArtillery().play(planOf(scriptOf(1, 1, '[{ think: 10 }]'), target.origin), {
      startAtEpochMs: Date.now(),
      addresses: () => ['127.0.0.1'],
      onInterval: () => {
        throw new Error('nowhere to write');
      },
    });
    await expect(outcome).rejects.toThrow('nowhere to write');
  });
});
