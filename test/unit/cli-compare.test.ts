import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CannedPlatform, startCannedPlatform } from '../support/canned-platform.ts';
import { runInProcess } from '../support/cli-in-process.ts';
import { begin } from '../support/cli-process.ts';
import { measuredResult } from '../support/measured-result.ts';

const id = '01JD2V8Q6Y0000000000000000';
const configurations = [
  { name: 'old', project: 'shop' },
  { name: 'new', project: 'shop-next' },
];
const flags = ['--config', 'old=shop', '--config', 'new=shop-next'];

const comparison = (status: string) => ({
  comparisonId: id,
  configurations,
  status,
  progressPercent: 50,
  createdAt: '2026-01-31T02:00:00.000Z',
  request: { configurations },
  result: {
    testDurationSeconds: 120,
    rounds: 10,
    results: {},
    bestConfiguration: {
      name: 'new',
      improvementPercent: 50,
      interval: { lowPercent: 45, highPercent: 55 },
      advantages: [],
    },
    detailedAnalysis: { biggestGain: null, mostStable: null, mostEfficient: null },
    generator: { verdict: 'ok', reasons: [] },
  },
});

let platform: CannedPlatform;
let directory = '';
let status = 'completed';
let polled = Promise.withResolvers<void>();
const environment = () => ({ HEADROOM_URL: platform.url, HEADROOM_API_KEY: 'hr_env' });
const run = (args: string[]) => runInProcess(args, directory, environment());

beforeEach(async () => {
  status = 'completed';
  polled = Promise.withResolvers();
  platform = await startCannedPlatform(({ method, path }) => {
    if (path.endsWith('/cancel')) status = 'cancelled';
    if (path.includes('/load-tests')) {
      const test = { testId: id, project: 'shop', kind: 'basic', status, progressPercent: 100, request: {} };
      const ended = { ...test, createdAt: '2026-01-31T02:00:00.000Z', phase: 'warm-up', result: measuredResult };
      return method === 'POST' ? { status: 202, body: { testId: id, status: 'queued' } } : { status: 200, body: ended };
    }
    if (path.endsWith('/report')) return { status: 200, body: '<!doctype html>' };
    if (method === 'POST') return { status: 202, body: { comparisonId: id, status: 'queued' } };
    polled.resolve();
    return { status: 200, body: comparison(status) };
  });
  directory = await mkdtemp(join(tmpdir(), 'headroom-compare-'));
});
afterEach(async () => {
  await platform.close();
  await rm(directory, { recursive: true });
});

describe('headroom compare', () => {
  it('asks for what the flags say, names the winner, and writes the comparison', async () => {
    const load = ['--rate', '20', '--duration', '2m', '--slice', '5s', '--margin', '4', '--path', '/a'];
    const { code, out } = await run(['compare', ...flags, ...load, '--output', 'result.json']);
    expect(platform.asked[0]).toMatchObject({
      path: '/v1/comparisons',
      body: {
        configurations,
        arrivalRate: 20,
        durationSeconds: 120,
        sliceSeconds: 5,
        marginPercent: 4,
        scenarios: [{ name: 'GET /a', method: 'GET', path: '/a' }],
      },
    });
    expect(out).toContain('Winner: new');
    expect(JSON.parse(await readFile(join(directory, 'result.json'), 'utf8'))).toMatchObject({ comparisonId: id });
    expect(code).toBe(0);
  });

  it('writes the platform’s page where the file is one, and says before it begins what it cannot write', async () => {
    const output = (file: string) => run(['compare', ...flags, '--output', file]);
    expect(await output('result.html')).toMatchObject({ code: 0 });
    expect(await readFile(join(directory, 'result.html'), 'utf8')).toBe('<!doctype html>');
    const asked = platform.asked.length;
    const { code, err } = await output('result.xml');
    expect(err).toContain('A comparison is not written as result.xml.');
    expect(code).toBe(2);
    expect(platform.asked).toHaveLength(asked);
  });

  it('exits with 1 only where another won than was required', async () => {
    const required = (name: string) => run(['compare', ...flags, '--require', name, '--json']);
    expect(await required('new')).toMatchObject({ code: 0 });
    const other = await required('old');
    expect(other.code).toBe(1);
    expect(JSON.parse(other.out)).toMatchObject({ result: { bestConfiguration: { name: 'new' } } });
    expect(await required('none')).toMatchObject({ code: 2, err: '--require names none, which no --config has.\n' });
  });

  it('cancels it on the platform when it is interrupted', async () => {
    status = 'running';
    const { child, ended } = begin(['compare', ...flags], environment(), directory);
    await polled.promise;
    child.kill('SIGINT');
    const { code, err } = await ended;
    expect(platform.asked.some(({ path }) => path === `/v1/comparisons/${id}/cancel`)).toBe(true);
    expect(err).toContain(`The comparison ${id} is cancelled: it was interrupted.`);
    expect(code).toBe(2);
  });
});

describe('headroom benchmark', () => {
  it('is a short load test without pauses, unless flags say otherwise', async () => {
    const { code, out } = await run(['benchmark', '--project', 'shop', '--duration', '5s']);
    expect(platform.asked[0]).toMatchObject({
      path: '/v1/projects/shop/load-tests',
      body: { durationSeconds: 5, rampUpSeconds: 1, thinkTimeMs: 0 },
    });
    expect(out).toContain('100 requests');
    expect(code).toBe(0);
  });
});
