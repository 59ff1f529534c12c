import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { TelemetryWindow } from '../../../lib/contracts/telemetry.ts';
import { lastOf, registerTarget } from '../../support/load-client.ts';
import {
  endpointWindow,
  queryWindow,
  resourceWindow,
  telemetryWindow,
  times,
} from '../../support/telemetry-batches.ts';
import {
  ailing,
  ailingScore,
  minuteMs,
  points,
  risingProject,
  standsOutFrom,
  tell,
  thisMinute,
  unevenProject,
} from './told-services.ts';
import type { Row } from './world.ts';

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

export const analysisRows = {
  async A6(world) {
    const { client } = world;
    await tell(world, 'a6', [ailing()]);
    const start = (project: string, depth: 'quick' | 'standard' | 'deep') =>
      client.call('startAnalysis', { params: { project }, body: { depth } });
    const quick = await start('a6', 'quick');
    expect(quick).toMatchObject({ status: 'completed', coverage: 100 });
    if (quick.status !== 'completed') return;
    expect(quick.performanceScore).toBeCloseTo(ailingScore, 1);
    expect(quick.categories.memory?.value).toBe(95);
    await world.shopTest();
    await world.shop.counts();
    const standard = await start('shop', 'standard');
    if (standard.status !== 'completed') throw new Error(standard.status);
    const [all] = standard.bottlenecks.filter(({ type }) => type === 'n-plus-one');
    expect(all?.component).toContain('/list');
    expect(all?.evidence[0]?.values).toMatchObject({ queriesPerRequest: 20 });
    for (const { impactScore, effortScore, evidence } of standard.optimizationOpportunities) {
      for (const score of [impactScore, effortScore]) expect(score).toBeGreaterThanOrEqual(1);
      for (const score of [impactScore, effortScore]) expect(score).toBeLessThanOrEqual(10);
      expect(evidence.length).toBeGreaterThan(0);
    }
    const { madeOf, ...efficiencies } = standard.resourceAnalysis ?? { madeOf: [] };
    expect(Object.keys(efficiencies)).toContain('ioPerformancePercent');
    expect(madeOf.length).toBeGreaterThanOrEqual(Object.keys(efficiencies).length);
    const { analysisId } = await start('shop', 'deep');
    const deep = await lastOf(
      client.poll(
        'getAnalysis',
        { params: { project: 'shop', analysisId } },
        { until: ({ status }) => status === 'completed' || status === 'failed', intervalMs: 500 },
      ),
    );
    expect(deep).toMatchObject({ status: 'completed', progressPercent: 100 });
    expect(deep).toHaveProperty('changePoints.series');
    expect(deep).toHaveProperty('findings');
  },

  async A7(world) {
    await world.shopTest();
    await world.shop.counts();
    const { items } = await world.client.call('listOptimizations', { params: { project: 'shop' } });
    expect(items.map(({ id }) => id).toSorted()).toEqual([
      'cache_optimization',
      'image_optimization',
      'resource_optimization',
      'stack_optimization',
    ]);
    const [caching] = items.filter(({ id }) => id === 'cache_optimization');
    const [best] = caching?.proposals.filter(({ name }) => name.includes('GET /best')) ?? [];
    expect(best).toMatchObject({ module: 'response-caching', reversible: true, requiresRestart: false });
    expect(best?.expectedImpactPercent).toBeGreaterThan(5);
    expect(best?.changes).toMatchObject([{ kind: 'setting', after: [{ endpoint: 'GET /best' }] }]);
  },

  async A8(world) {
    const { client, shop } = world;
    const params = { project: 'shop' };
    await world.shopTest();
    await shop.counts();
    const { items } = await client.call('listOptimizations', { params });
    const best = items.flatMap(({ proposals }) => proposals).find(({ name }) => name.includes('GET /best'));
    const optimizations = [best?.id ?? ''];
    /** Median time of some requests, and how many of them the service has worked on. */
    const measure = async () => {
      const { best: before = 0 } = (await shop.counts()).worked;
      const took: number[] = [];
      for (let at = 0; at < 15; at++) {
        const began = performance.now();
        await (await fetch(`${shop.address}/best`)).arrayBuffer();
        took.push(performance.now() - began);
      }
      const { best: after = 0 } = (await shop.counts()).worked;
      return { ms: median(took), worked: after - before };
    };
    const dry = await client.call('startOptimizationRun', { params, body: { optimizations, dryRun: true } });
    const plan = await client.call('getOptimizationRun', { params: { ...params, runId: dry.runId } });
    expect(plan).toMatchObject({ status: 'planned', dryRun: true, plannedOptimizations: [{ id: optimizations[0] }] });
    expect(plan.expectedPerformanceGainPercent).toBeCloseTo(best?.expectedImpactPercent ?? 0, 0);
    const before = await measure();
    expect(before.worked).toBe(15);
    const { runId } = await client.call('startOptimizationRun', {
      params,
      body: {
        optimizations,
        verify: {
          mode: 'load-test',
          sliceSeconds: 2,
          slicesPerRound: 24,
          rounds: 2,
          loadTest: { scenarios: [{ name: 'best', path: '/best' }], users: 2, thinkTimeMs: 100, rampUpSeconds: 0 },
        },
      },
    });
    const run = await lastOf(
      client.poll(
        'getOptimizationRun',
        { params: { ...params, runId } },
        { until: ({ endedAt }) => endedAt !== undefined, intervalMs: 2_000 },
      ),
    );
    expect(run, JSON.stringify(run.steps)).toMatchObject({ status: 'completed', steps: [{ status: 'kept' }] });
    const { appliedOptimizations, performanceComparison, interval } = run.result ?? {};
    expect(appliedOptimizations).toMatchObject([{ id: optimizations[0], proven: true }]);
    expect(interval?.lowPercent).toBeGreaterThan(0);
    const { responseTime } = performanceComparison ?? {};
    expect(responseTime?.afterMs).toBeLessThan(responseTime?.beforeMs ?? 0);
    // Nobody but the first is worked for, and the others are answered sooner.
    let after = before;
    const measureAgain = async () => {
      after = await measure();
      return after.worked;
    };
    await expect.poll(measureAgain, { interval: 500 }).toBeLessThanOrEqual(2);
    expect(after.ms).toBeLessThan(before.ms);
    await client.call('rollBackOptimizationRun', { params: { ...params, runId }, body: {} });
    await expect.poll(async () => (await measure()).worked, { interval: 500 }).toBe(15);
  },

  async A9(world) {
    const { client } = world;
    const project = 'a9';
    await tell(world, project, [ailing()]);
    const profile = {
      name: 'Ours',
      rules: {
        autoScaling: { enabled: true, cpuThreshold: 71 },
        caching: { ttlMultiplier: 3 },
        resourceOptimization: { trimAtPercent: 77 },
        monitoring: { performanceAlerts: true },
      },
      targetMetrics: { responseTimeMs: 321, errorRatePercent: 2 },
    };
    await client.call('putProfile', { params: { profileId: 'ours' }, body: profile });
    expect(await client.call('getProfile', { params: { profileId: 'ours' } })).toMatchObject(profile);
    const { apply } = await client.call('putProjectProfile', { params: { project }, body: { profileId: 'ours' } });
    expect(apply).toContain('optimiz');
    const body = { verify: { mode: 'none' } } as const;
    const { runId } = await client.call('startOptimizationRun', { params: { project }, body });
    const run = await lastOf(
      client.poll(
        'getOptimizationRun',
        { params: { project, runId } },
        { until: ({ endedAt }) => endedAt !== undefined, intervalMs: 200 },
      ),
    );
    expect(run, JSON.stringify(run)).toMatchObject({ status: 'completed', profileId: 'ours' });
    // In force: for services, as thresholds, and as what is to be reached.
    const { settings } = (await client.call('getLiveSettings', { params: { project } })) ?? {};
    expect(settings).toMatchObject({ ttlMultiplier: 3, memory: { trimAtPercent: 77 } });
    const thresholds = await client.call('getThresholds', { params: { project } });
    expect([thresholds.slowRequestMs.value, thresholds.errorRatePercent.value]).toEqual([321, 2]);
  },

  async B2(world) {
    const { client } = world;
    const project = 'b2';
    await registerTarget(client, project, 1);
    const { items } = await client.call('listProfiles', {});
    const builtIn = items.filter((each) => each.builtIn).map(({ profileId }) => profileId);
    expect(builtIn.toSorted()).toEqual(['balanced', 'memory-focused', 'performance-focused']);
    const ofProfile: Record<string, Record<string, string>> = {};
    for (const profileId of builtIn) {
      await client.call('putProjectProfile', { params: { project }, body: { profileId } });
      const chosen = await client.call('getProjectProfile', { params: { project } });
      expect(chosen.profileId).toBe(profileId);
      ofProfile[profileId] = Object.fromEntries(chosen.effects.map(({ rule, value }) => [rule, value]));
    }
    const number = (profile: string, rule: string): number => Number.parseFloat(ofProfile[profile]?.[rule] ?? '');
    expect(number('performance-focused', 'caching.ttlMultiplier')).toBe(2);
    expect(number('memory-focused', 'caching.ttlMultiplier')).toBeLessThan(number('balanced', 'caching.ttlMultiplier'));
    const limits = ['memory-focused', 'balanced', 'performance-focused'].map((name) =>
      number(name, 'caching.memoryLimitMb'),
    );
    expect(limits).toEqual(limits.toSorted((a, b) => a - b));
  },

  async B10(world) {
    const { client, headroom, directory } = world;
    const project = risingProject;
    const at = (minutesAgo: number): string => new Date(thisMinute - minutesAgo * minuteMs).toISOString();
    const query = { metric: 'avgResponseTimeMs', resolution: 'minute' } as const;
    const rise = { ...query, from: at(61), to: at(21) };
    const [trend] = (await client.call('getTrends', { params: { project }, query: rise })).series;
    expect(trend?.found).toMatchObject({ enough: true, direction: 'rising', verdict: 'degrading', points: 40 });
    if (trend?.found.enough !== true) return;
    expect(trend.found.slopePerHour).toBeCloseTo(60, 0);
    const { series: forecasts } = await client.call('getForecast', {
      params: { project },
      query: { ...rise, horizon: 5 },
    });
    expect(forecasts[0]?.found).toMatchObject({ enough: true });
    if (forecasts[0]?.found.enough !== true) return;
    for (const [index, { low, high }] of forecasts[0].found.points.entries()) {
      expect(low).toBeLessThanOrEqual(60 + index);
      expect(high).toBeGreaterThanOrEqual(60 + index);
    }
    const { series } = await client.call('getChangePoints', { params: { project }, query: { ...query, from: at(61) } });
    const found = series[0]?.found;
    const changes = found?.enough === true ? found.changePoints : [];
    expect(changes.at(-1)).toMatchObject({ at: at(21), after: 120, verdict: 'regression' });

    const junit = join(directory, 'b10.xml');
    const check = (...more: string[]) =>
      headroom('check', '--project', 'shop', '--path', '/health', '--users', '2', '--duration', '2s', ...more);
    const [gate, strict] = [
      await check('--min-score', '1', '--no-objectives', '--junit', junit),
      await check('--max-p95', '0.01'),
    ];
    expect(gate.code, gate.out + gate.err).toBe(0);
    expect(await readFile(junit, 'utf8')).toMatch(/<testsuites?[^>]*failures="0"/);
    expect(strict.code).toBe(1);
  },

  async C2(world) {
    const { client } = world;
    const project = 'c2';
    // 1,000 requests: 30 too slow, 10 failed.
    const timesMs = [...times(970, 50), ...times(30, 500)];
    const endpoint = endpointWindow('GET /', { timesMs, statuses: { 200: 990, 500: 10 }, failed: 10 });
    await tell(world, project, [telemetryWindow({ start: thisMinute - 3 * minuteMs, endpoints: [endpoint] })]);
    await client.call('putBudgets', {
      params: { project },
      body: [
        { metric: 'responseTimeMs', objective: 200, percentile: 95 },
        { metric: 'errorRatePercent', objective: 0.1 },
      ],
    });
    const [slow, failed] = await client.call('getBudgets', { params: { project } });
    expect(slow).toMatchObject({ events: { total: 1_000, bad: 30 } });
    expect(slow?.errorBudget?.consumedPercent).toBeCloseTo((100 * 30) / (1_000 * 0.05), 3);
    expect(failed).toMatchObject({ events: { total: 1_000, bad: 10 }, value: 1 });
    expect(failed?.errorBudget?.consumedPercent).toBeCloseTo((100 * 10) / (1_000 * 0.001), 3);
    // 1 % of requests fail and 0.1 % may: ten times too fast, which is grave over six hours and not over one.
    const fires = failed?.burnRates?.filter((each) => each.fires).map(({ severity }) => severity);
    expect(fires).toEqual(['high', 'medium', 'low']);
    expect(failed?.burnRates?.[0]?.long.burnRate).toBeCloseTo(10, 3);
  },

  async D5(world) {
    const schema = 'CREATE TABLE orders (id bigint PRIMARY KEY, customer bigint, placed timestamptz, note text);';
    const sql = await world.client.call('analyseQuery', {
      body: {
        dialect: 'postgresql',
        query: "SELECT * FROM orders WHERE customer = 7 AND note LIKE '%gift' ORDER BY placed DESC LIMIT 10",
        schema,
        statistics: { tables: { orders: { rows: 2_000_000, columns: { customer: { distinctValues: 50_000 } } } } },
      },
    });
    expect(sql.findings.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['select-star', 'leading-wildcard', 'literals-in-text']),
    );
    expect(sql.indexSuggestions[0]).toMatchObject({ table: 'orders', checkedBy: 'postgresql' });
    expect(sql.indexSuggestions[0]?.columns[0]).toBe('customer');
    expect(sql.indexSuggestions[0]?.improvementPercent).toBeGreaterThan(50);
    expect(sql.parameterization.parameters.map(({ value }) => value)).toEqual(expect.arrayContaining([7, '%gift']));
    const mongo = await world.client.call('analyseQuery', {
      body: {
        dialect: 'mongodb',
        query: {
          aggregate: 'orders',
          pipeline: [{ $sort: { placed: -1 } }, { $match: { status: 'open', total: { $gt: 5 } } }],
        },
        schema: { orders: { indexes: [] } },
      },
    });
    expect(mongo.findings.map(({ code }) => code)).toContain('late-match');
    // Equality, sort, range.
    expect(mongo.indexSuggestions[0]?.columns).toEqual(['status', 'placed', 'total']);
  },

  async D8(world) {
    const { client } = world;
    const project = unevenProject;
    const from = new Date(thisMinute - 127 * minuteMs).toISOString();
    const query = { metric: 'avgResponseTimeMs', resolution: 'minute', from } as const;
    const [trend] = (await client.call('getTrends', { params: { project }, query })).series;
    expect(trend?.found).toMatchObject({ enough: true, direction: 'stable', points: 125 });
    const [unusual] = (await client.call('getAnomalies', { params: { project }, query })).series;
    const told = unusual?.found.enough === true ? unusual.found.anomalies : [];
    expect(told.length).toBeGreaterThan(0);
    expect(told[0]).toMatchObject({ value: 400, from: standsOutFrom });
    const { found } = await client.call('getPeaks', { params: { project }, query: { days: 2 } });
    if (!found.enough) throw new Error(found.reason);
    // 900 requests within ten seconds.
    expect(found.throughput.instantaneous.value).toBeCloseTo(90, 6);
    const capacity = await client.call('getCapacity', { params: { project } });
    expect(capacity.found).toMatchObject({ enough: false, needed: expect.stringContaining('stress') });
    for (const [pipeline, days] of [
      ['weekly-review', 7],
      ['monthly-load-test', 30],
      ['quarterly-capacity', 90],
    ] as const) {
      const { entries, inForce } = await client.call('getSchedule', { params: { project } });
      expect(entries.map(({ id }) => id)).toContain(pipeline);
      expect(inForce[pipeline]?.reportDays).toBe(days);
    }
    // Of a service of which a hundred requests within ten seconds are known.
    const reviewed = 'd8-reviewed';
    await tell(world, reviewed, [ailing()]);
    const review = ['schedule', 'run', 'weekly-review', '--project', reviewed, '--wait', '--json'];
    const { code, out, err } = await world.headroom(...review);
    expect(code, err).toBe(0);
    const { checkId } = JSON.parse(out) as { checkId: string };
    const report = await (await world.get(`/v1/projects/${reviewed}/checks/${checkId}/report`)).json();
    expect(Date.parse(report.to) - Date.parse(report.from)).toBe(7 * 86_400_000);
    expect(report.peaks.found.throughput.instantaneous.value).toBeCloseTo(10, 6);
  },

  async E4(world) {
    await tell(world, 'e4', [ailing()]);
    const answer = await world.client.call('getAnalytics', { params: { project: 'e4' }, query: { minutes: 5 } });
    expect(answer.healthScore).toBeCloseTo(ailingScore, 1);
    expect(answer.cachePerformance).toEqual({ hitRatePercent: 40, totalOperations: 100 });
    expect(answer.alerts).toBeDefined();
    const early = { params: { project: 'e4' }, query: { minutes: 5 } };
    expect(answer.recommendations).toEqual((await world.client.call('listRecommendations', early)).items);
  },

  async E5(world) {
    await tell(world, 'e5', [ailing()]);
    const summary = await world.client.call('getSummary', { params: { project: 'e5' } });
    expect(summary).toMatchObject({
      status: ailingScore >= 80 ? 'excellent' : ailingScore >= 60 ? 'good' : 'poor',
      totalRequests: 100,
      keyMetrics: { avgResponseTimeMs: 1_000, errorRatePercent: 5, memoryUsageMb: 1_900, cacheHitRatePercent: 40 },
    });
  },

  async E6(world) {
    const { client } = world;
    const scoreOf = async (project: string, window: Partial<TelemetryWindow>) => {
      await tell(world, project, [telemetryWindow({ ...window, start: Date.now() - 60_000 })]);
      const { healthScore, coverage } = await client.call('getSummary', { params: { project } });
      return [Math.round(10 * (healthScore ?? -1)), coverage];
    };
    const quick = endpointWindow('GET /', { ms: 10 });
    const failing = endpointWindow('GET /', { ms: 10, statuses: { 200: 0, 500: 100 }, failed: 100 });
    const slow = [queryWindow('SELECT ?', { endpoint: 'GET /', ms: 5_000 })];
    const full = resourceWindow({ rssMb: 1_999, memoryLimitMb: 2_000 });
    // Each component by itself at its worst: what is left is the weight of the others.
    expect(await scoreOf('e6-a', { endpoints: [endpointWindow('GET /', { ms: 60_000 })] })).toEqual([
      Math.round((1_000 * 25) / 55),
      55,
    ]);
    expect(await scoreOf('e6-b', { endpoints: [failing] })).toEqual([Math.round((1_000 * 30) / 55), 55]);
    expect(await scoreOf('e6-c', { endpoints: [quick], resources: full })).toEqual([Math.round((1_000 * 55) / 75), 75]);
    expect(await scoreOf('e6-d', { endpoints: [quick], queries: slow })).toEqual([Math.round((1_000 * 55) / 70), 70]);
    const misses = [
      { kind: 'counter' as const, name: 'headroom_cache_misses_total', labels: { namespace: 'x' }, value: 60 },
    ];
    expect(await scoreOf('e6-e', { endpoints: [quick], metrics: misses })).toEqual([Math.round((1_000 * 55) / 65), 65]);
  },

  async E8(world) {
    const { client } = world;
    const params = { project: 'e8' };
    await registerTarget(client, 'e8', 1);
    const expected = {
      default: { slowRequestMs: 2_000, slowQueryMs: 100, errorRatePercent: 5, cpuPercent: 80, memoryPercent: 90 },
      development: { slowRequestMs: 1_000, slowQueryMs: 100, errorRatePercent: 10, highMemoryMb: 500 },
      production: { slowRequestMs: 500, slowQueryMs: 50, errorRatePercent: 5, highMemoryMb: 200 },
    };
    for (const [preset, values] of Object.entries(expected)) {
      await client.call('putThresholds', { params, body: { preset: preset as keyof typeof expected } });
      const shown = await client.call('getThresholds', { params });
      for (const [name, value] of Object.entries(values)) {
        expect(shown[name as 'cpuPercent'], `${preset} ${name}`).toEqual({ value, forMinutes: 5 });
      }
    }
    const body = { preset: 'production', cacheHitRatePercent: { value: 55, forMinutes: 3 } } as const;
    await client.call('putThresholds', { params, body });
    expect((await client.call('getThresholds', { params })).cacheHitRatePercent).toEqual({ value: 55, forMinutes: 3 });
    // They are what a score is held against.
    await tell(world, 'e8', [
      telemetryWindow({ start: Date.now() - 60_000, endpoints: [endpointWindow('GET /', { ms: 500 })] }),
    ]);
    const { healthScore } = await client.call('getSummary', { params });
    expect(healthScore).toBeCloseTo((30 * points(1) + 25 * 100) / 55, 1);
  },
} satisfies Record<string, Row>;
