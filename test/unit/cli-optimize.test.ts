import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pc from 'picocolors';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { followRun } from '../../lib/cli/follow-optimization.ts';
import { runReport, shownRun } from '../../lib/cli/optimization-report.ts';
import { trailReport } from '../../lib/cli/optimization-trail.ts';
import { exitCodeOf } from '../../lib/cli/optimize.ts';
import { type OptimizationRun, optimizationRun } from '../../lib/contracts/optimization-runs.ts';
import type { Change } from '../../lib/contracts/optimizations.ts';
import { profile } from '../../lib/contracts/profiles.ts';
import { createClient } from '../../lib/sdk/client.ts';
import { type Asked, type CannedPlatform, startCannedPlatform } from '../support/canned-platform.ts';
import { runInProcess } from '../support/cli-in-process.ts';

const runId = '01JD2V8Q6Y0000000000000000';
const now = '2026-01-31T02:00:00.000Z';
const change = { kind: 'setting', setting: 'ttlMultiplier', before: null, after: 2 };
const planned = {
  id: 'profile-ttl-1',
  optimizationId: 'cache_optimization',
  module: 'profile-ttl',
  name: 'TTLs as the profile has them',
  description: 'Multiplies the TTLs of caches made by the SDK',
  changes: [change],
  expectedImpactPercent: 20,
  risk: 'medium',
  requiresRestart: false,
  reversible: true,
};
const outcome = { id: 'profile-ttl-1', name: planned.name, changes: [change], proven: true, detail: 'Proven' };
const planAnswer = optimizationRun.parse({
  runId,
  project: 'shop',
  status: 'planned',
  progressPercent: 100,
  dryRun: true,
  requestedBy: { keyId: 'k', name: 'n' },
  createdAt: now,
  request: { verify: { mode: 'none' } },
  profileId: 'performance-focused',
  marginPercent: 3,
  plannedOptimizations: [planned],
  leftOut: [{ id: 'index-1', optimizationId: 'resource_optimization', name: 'Index a', reason: 'It is advice.' }],
  expectedPerformanceGainPercent: 20,
  estimatedDurationSeconds: 600,
  steps: [],
  conflicts: [],
});
const judgement = {
  verdict: 'keep',
  reason: 'It helps',
  rounds: 1,
  marginPercent: 3,
  improvementPercent: 18.4,
  interval: { lowPercent: 15.2, highPercent: 21.1 },
  confidencePercent: 98,
  pairs: 12,
  workers: 2,
  guardrails: [],
};
const completed = (result: object = {}, rest: object = {}): OptimizationRun =>
  optimizationRun.parse({
    ...planAnswer,
    dryRun: false,
    status: 'completed',
    steps: [{ id: 'profile-ttl-1', name: planned.name, status: 'kept', judgement }],
    result: {
      success: true,
      optimizationDurationSeconds: 100,
      appliedOptimizations: [outcome],
      rolledBackOptimizations: [],
      performanceImprovementPercent: 18.4,
      interval: judgement.interval,
      performanceComparison: {
        responseTime: { beforeMs: 50, afterMs: 40.8 },
        p95ResponseTime: { beforeMs: 90, afterMs: 70 },
        slices: { beforeMs: [45, 50, 60], afterMs: [38, 40, 50] },
        throughput: { beforeRequestsPerSecond: 20, afterRequestsPerSecond: 24 },
        errorRate: { beforePercent: 0, afterPercent: 0 },
      },
      targets: [{ metric: 'responseTimeMs', target: 45, measured: 40.8, isMet: true }],
      ...result,
    },
    ...rest,
  });

const directory = mkdtempSync(join(tmpdir(), 'headroom-cli-'));
afterAll(() => rmSync(directory, { recursive: true }));
let platform: CannedPlatform;
let ended: OptimizationRun;
let plan = planAnswer;
let onRollback: () => void;
beforeEach(async () => {
  onRollback = () => {};
  plan = structuredClone(planAnswer);
  ended = completed();
  platform = await startCannedPlatform(answer);
});
afterEach(() => platform.close());

const answer = ({ method, path, body }: Asked): { status: number; body?: unknown } => {
  if (path.endsWith('/optimization-runs/export'))
    return { status: 200, body: { version: 1, project: 'shop', exportedAt: now, changes: [], drifted: [] } };
  if (path.endsWith('/rollback')) {
    onRollback();
    return { status: 202, body: { runId, status: 'rolling-back' } };
  }
  if (path.endsWith('/optimization-runs'))
    return (body as { dryRun: boolean }).dryRun
      ? { status: 200, body: plan }
      : { status: 202, body: { runId, status: 'queued' } };
  if (path.includes('/optimization-runs/')) return { status: 200, body: ended };
  const shown = { ...profile.parse({ name: 'Fast' }), profileId: 'fast', builtIn: false };
  if (path === '/v1/projects/shop/profile')
    return {
      status: 200,
      body: {
        ...{ project: 'shop', profileId: 'fast', profile: shown, apply: '`headroom optimize fast`' },
        effects: [{ rule: 'caching.ttlMultiplier', value: '2', effect: 'TTLs' }],
      },
    };
  if (path.startsWith('/v1/profiles?') || path === '/v1/profiles') return { status: 200, body: { items: [shown] } };
  return { status: method === 'PUT' ? 201 : 200, body: shown };
};

const run = (...args: string[]) =>
  runInProcess(args, directory, { HEADROOM_URL: platform.url, HEADROOM_API_KEY: 'hr_x', HEADROOM_PROJECT: 'shop' });

describe('headroom optimize', () => {
  it('shows the plan, and changes nothing', async () => {
    for (const flags of [[], ['--dry-run'], ['--dry-run', '--yes']]) {
      platform.asked.length = 0;
      const { code, out } = await run('optimize', 'performance-focused', ...flags);
      expect(code).toBe(0);
      expect(out).toContain(
        '1 to try by the profile performance-focused: response times some 20 % shorter, at most 10 min',
      );
      expect(out).toContain('TTLs as the profile has them (-20 %, medium risk)');
      expect(out).toContain('- Index a: It is advice.');
      expect(platform.asked.map(({ body }) => body)).toEqual([
        { profileId: 'performance-focused', verify: { mode: 'load-test' }, dryRun: true },
      ]);
    }
  });

  it('applies it with --yes, and shows both sides in a table and a plot', async () => {
    const { code, out } = await run('optimize', '--yes', '--only', 'cache_optimization', '--verify', 'passive');
    expect(code).toBe(0);
    // The ids of what was shown, and not of what is found by then.
    expect(platform.asked[1]?.body).toEqual({
      optimizations: ['profile-ttl-1'],
      verify: { mode: 'passive' },
      dryRun: false,
    });
    expect(out).toMatch(/kept\s+TTLs as the profile has them/);
    expect(out).toMatch(/response time\s+50 ms\s+40.8 ms\s+-18.4 %/);
    expect(out).toContain('Mean response times of the slices');
    expect(out).toMatch(/met\s+responseTimeMs\s+40.8\s+of 45/);
  });

  it('takes what costs more with --approve, for what the plan said, or up to a limit', async () => {
    plan.plannedOptimizations = [{ ...planned, costUsdPerMonth: { before: 1, after: 13.501 } }] as never;
    const bodies = () => platform.asked.splice(0).flatMap(({ body }) => body ?? []);
    const { out } = await run('optimize', '--approve', '--yes');
    expect(out).toContain('some 20 % shorter, 12.50 USD a month more, at most');
    expect(bodies()).toMatchObject([
      { approve: 'manual', dryRun: true },
      { optimizations: ['profile-ttl-1'], costLimitUsdPerMonth: 12.51, dryRun: false },
    ]);
    await run('optimize', '--cost-limit', '20', '--yes');
    expect(bodies()).toMatchObject([{ costLimitUsdPerMonth: 20, dryRun: true }, { costLimitUsdPerMonth: 20 }]);
    expect((await run('optimize', '--cost-limit', '20', '--approve')).code).toBe(2);
  });

  it('is JSON with --json: the plan, or the run', async () => {
    expect(JSON.parse((await run('optimize', '--json')).out)).toEqual(plan);
    expect(JSON.parse((await run('optimize', '--json', '--yes')).out)).toEqual(ended);
  });

  it.each<[string, number, () => OptimizationRun]>([
    ['something was kept', 0, () => completed({ rolledBackOptimizations: [outcome] })],
    ['nothing was kept', 1, () => completed({ appliedOptimizations: [], rolledBackOptimizations: [outcome] })],
    ['it was rolled back', 1, () => completed({}, { status: 'rolled-back' })],
    ['it failed', 1, () => completed({}, { status: 'failed', reason: 'why' })],
    [
      'a target is missed',
      1,
      () => completed({ targets: [{ metric: 'cpuPercent', target: 50, measured: 60, isMet: false }] }),
    ],
    ['a target was not measured', 0, () => completed({ targets: [{ metric: 'cpuPercent', target: 50 }] })],
  ])('ends by what became of it: %s', (_, code, made) => {
    expect(exitCodeOf(made())).toBe(code);
    const look = { colours: pc.createColors(false), width: 80 };
    for (const line of runReport(made(), look)) expect(line.length).toBeLessThanOrEqual(120);
  });

  it.each<[string, object, RegExp]>([
    [
      'waits for approval, by whom and how it is given',
      { status: 'awaiting-approval', approveBy: now },
      /until 2026-01-31 02:00 \(UTC\), asked for by n: `headroom optimize approve 01J.* --project shop`/,
    ],
    ['was approved by nobody', { status: 'expired' }, /expired: nobody approved it in time/],
    [
      'is under way, how far and with what',
      { status: 'running', progressPercent: 33.3, detail: 'TTLs (1 of 1): Measuring, round 1', startedAt: now },
      /running: 33.3 %, TTLs \(1 of 1\): Measuring, round 1/,
    ],
    [
      'has kept what is there no more',
      { ...completed(), drifted: [{ id: 'profile-ttl-1', change, detail: 'It is as it was before.' }] },
      /drifted: Live setting ttlMultiplier: It is as it was before\./,
    ],
  ])('shows of a run that it %s', (_, given, shown) => {
    const look = { colours: pc.createColors(false), width: 200 };
    const run = optimizationRun.parse({ ...planAnswer, dryRun: false, ...given });
    expect(shownRun(run, look).join('\n')).toMatch(shown);
  });

  it('shows the trail of changes: what was made, from and to, by whom, and what it came to', () => {
    const look = { colours: pc.createColors(false), width: 90 };
    const by = { keyId: 'k', name: 'ops' };
    const upkeep = { kind: 'cache-upkeep', namespace: 'shop.pages', work: 'warming', dueAt: now } as const;
    const entry = { auditId: runId, at: now, project: 'shop', by, state: 'made' } as const;
    const items = [
      { ...entry, runId, id: 'a', action: 'apply', change: upkeep, from: 'due', to: 'done', detail: 'Done: 10' },
      { ...entry, action: 'set', change: planned.changes[0] as Change, from: null, to: 2 },
    ] as const;
    expect(trailReport({ items }, look)).toEqual([
      '2026-01-31 02:00:00  made     apply      Warming of the cache namespace shop.pages',
      '                     "due" → "done"',
      `                     ops, run ${runId}: Done: 10`,
      '2026-01-31 02:00:00  made     set        Live setting ttlMultiplier',
      '                     nothing → 2',
      '                     ops, by hand',
    ]);
    expect(trailReport({ items: [] }, look)).toEqual(['Nothing was changed.']);
  });

  it('exports what was kept, and puts a run back', async () => {
    const file = join(directory, 'kept.json');
    expect((await run('optimize', 'export', '--output', file)).code).toBe(0);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ version: 1, project: 'shop' });
    ended = completed({}, { status: 'rolled-back' });
    expect((await run('optimize', 'rollback', runId, '--force')).code).toBe(0);
    expect(platform.asked.find(({ path }) => path.endsWith('/rollback'))?.body).toEqual({ force: true });
    ended = completed();
    expect((await run('optimize', 'rollback', runId)).code).toBe(1);
  });

  it('that is interrupted rolls the run back, and waits for AWS to have put it back', async () => {
    const stopped = new AbortController();
    const patience = vi.spyOn(AbortSignal, 'timeout');
    const shown: string[] = [];
    const progress = {
      show: (_: number, text: string) => {
        shown.push(text);
        if (text === 'running') stopped.abort();
        if (text === 'rolling-back') ended = completed({}, { status: 'rolled-back' });
      },
      end: () => {},
    };
    ended = completed({}, { status: 'running', detail: 'running' });
    onRollback = () => {
      ended = completed({}, { status: 'rolling-back', detail: 'rolling-back' });
    };
    const client = createClient({ url: platform.url, apiKey: 'hr_x' });
    const run = await followRun({ client, project: 'shop', runId, progress, signal: stopped.signal });
    expect(run.status).toBe('rolled-back');
    expect(shown).toEqual(['running', 'Cancelling', 'rolling-back', 'rolled-back']);
    expect(Math.max(...patience.mock.calls.map(([ms]) => ms))).toBeGreaterThanOrEqual(10 * 60_000);
    patience.mockRestore();
  });

  it('ends with 2 where it cannot be carried out', async () => {
    expect((await run('optimize', '--verify', 'hope')).code).toBe(2);
    const { code, err } = await runInProcess(['optimize', '--url', platform.url, '--api-key', 'hr_x'], directory);
    expect([code, err]).toEqual([2, expect.stringContaining('No project is named')]);
  });
});

describe('headroom profile', () => {
  it('lists profiles, and shows one as it can be set again', async () => {
    expect((await run('profile', 'list')).out).toMatch(/fast\s+Fast/);
    expect((await run('profile', 'get', 'fast')).out).toMatch(/caching.cacheTemplates\s+true/);
    expect(profile.parse(JSON.parse((await run('profile', 'get', 'fast', '--json')).out))).toEqual(
      profile.parse({ name: 'Fast' }),
    );
    expect((await run('profile', 'get')).out).toMatch(/caching.ttlMultiplier\s+2\s+TTLs/);
  });

  it('takes files of YAML and JSON', async () => {
    const file = join(directory, 'fast.yaml');
    writeFileSync(file, 'name: Fast\nrules:\n  caching: { ttlMultiplier: 2 }\n');
    expect((await run('profile', 'set', 'fast', '--file', file)).code).toBe(0);
    expect(platform.asked.at(-1)?.body).toEqual({ name: 'Fast', rules: { caching: { ttlMultiplier: 2 } } });
    writeFileSync(file, '{ "name": [');
    expect((await run('profile', 'set', 'fast', '--file', file)).err).toContain('neither JSON nor YAML');
    expect((await run('profile', 'set', 'fast', '--file', join(directory, 'none'))).code).toBe(2);
  });

  it('applies one: chosen at once, planned, and applied with --yes', async () => {
    const { code, out, err } = await run('profile', 'apply', 'fast');
    expect([code, err]).toEqual([0, expect.stringContaining('shop goes by the profile fast now')]);
    expect(out).toContain('Nothing was changed.');
    expect(platform.asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'PUT /v1/projects/shop/profile',
      'POST /v1/projects/shop/optimization-runs',
    ]);
    platform.asked.length = 0;
    await run('profile', 'apply', 'fast', '--dry-run');
    expect(platform.asked.map(({ method }) => method)).toEqual(['POST']);
  });

  it.each([
    ['optimize'],
    ['optimize', 'rollback'],
    ['optimize', 'memory'],
    ['profile'],
    ['profile', 'apply'],
  ])('explains itself: %s %s', async (...words) => {
    const { code, out } = await run(...words.filter(Boolean), '--help');
    expect(code).toBe(0);
    expect(out).toContain('Usage: headroom');
  });
});
