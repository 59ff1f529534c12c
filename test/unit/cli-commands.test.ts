import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRuntimeFile, writeRuntimeFile } from '../../lib/cli/runtime-file.ts';
import { missedBudget } from '../support/budgets.ts';
import { type Asked, type CannedPlatform, startCannedPlatform } from '../support/canned-platform.ts';
import { runInProcess } from '../support/cli-in-process.ts';
import { begin } from '../support/cli-process.ts';
import { listening } from '../support/listening.ts';
import { measuredResult } from '../support/measured-result.ts';

const testId = '01JD2V8Q6Y0000000000000000';
const now = '2026-01-31T02:00:00.000Z';

const loadTest = (status: string) => ({
  testId,
  project: 'shop',
  kind: 'basic',
  status,
  progressPercent: 50,
  createdAt: now,
  request: {},
  result: measuredResult,
});

describe('The command line', () => {
  let platform: CannedPlatform;
  let directory = '';
  let answers: (asked: Asked) => { status: number; body?: unknown };
  const environment = () => ({ HEADROOM_URL: platform.url, HEADROOM_API_KEY: 'hr_env' });
  const run = (args: string[]) => runInProcess(args, directory, environment());
  const beginProcess = (args: string[]) => begin(args, environment(), directory);

  beforeEach(async () => {
    answers = () => ({ status: 404, body: {} });
    platform = await startCannedPlatform((asked) => answers(asked));
    directory = await mkdtemp(join(tmpdir(), 'headroom-cli-'));
  });
  afterEach(async () => {
    await platform.close();
    await rm(directory, { recursive: true });
  });

  const testOf =
    (status: string) =>
    ({ method }: Asked) =>
      method === 'POST'
        ? { status: 202, body: { testId, status: 'queued' } }
        : { status: 200, body: { ...loadTest(status), request: {} } };

  it.each([
    [['--nonsense'], /unknown option/],
    [['nonsense'], /unknown command/],
    [['loadtest', '--threshold', 'p95=3'], /must read like 'p95<200'/],
    [['loadtest', '--users', '5', '--rate', '5'], /either --users .* not --users and --rate\.\n/],
    [['loadtest', '--max-users', '50'], /^--max-users is for stress and comprehensive tests; this one is basic\.\n$/],
    [['benchmark'], /Nothing is named to test/],
    [['compare', '--config', 'a=shop'], /Two to five configurations can be compared, not 1/],
    [['loadtest', '--project', 'shop', '--output', 'result.pdf'], /\.json, \.html .* or \.xml/],
    [['loadtest'], /Nothing is named to test.*--url or --project/],
    [['check'], /No project is named/],
    [['start', '--port', '70000'], /whole number from 0 to 65535/],
    [['start', '--target', 'shop.example'], /http:\/\/ or https:\/\//],
    [['keys', 'revoke'], /missing required argument/],
  ])('could not run %j: exit code 2, one sentence, no stack', async (args, message) => {
    const { code, out, err } = await run(args);
    expect(err).toMatch(message);
    expect(err).not.toMatch(/^\s+at /m);
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });

  it('could not run as a process either: what is wrong goes to standard error, and help to standard output', async () => {
    const wrong = await beginProcess(['loadtest', '--nonsense']).ended;
    expect(wrong).toMatchObject({ code: 2, out: '', err: expect.stringContaining("unknown option '--nonsense'") });
    // A reader that has gone, as in `2>&1 | head`, is no threshold that failed.
    const unheard = beginProcess(['nonsense']);
    unheard.child.stderr?.destroy();
    expect((await unheard.ended).code).toBe(2);
    const help = await beginProcess(['--help']).ended;
    expect(help).toMatchObject({ code: 0, out: expect.stringContaining('Examples:'), err: '' });
  });

  it('explains itself, with examples, for every command', async () => {
    for (const command of [
      'start',
      'check',
      'loadtest',
      'benchmark',
      'compare',
      'analyze',
      'recommendations',
      'status',
      'keys',
    ]) {
      const { code, out } = await run([command, '--help']);
      expect(out).toContain('Examples:');
      expect(code).toBe(0);
    }
  });

  it('exits with 0 or 1 by the thresholds, and writes the result, as a process', async () => {
    answers = testOf('completed');
    const loadTest = (...args: string[]) => beginProcess(['loadtest', '--project', 'shop', ...args]).ended;
    const held = await loadTest('--threshold', 'p95<200', '--output', 'result.json');
    expect(held).toMatchObject({ code: 0 });
    expect(JSON.parse(await readFile(join(directory, 'result.json'), 'utf8'))).toMatchObject({
      test: { testId },
      thresholds: [{ threshold: 'p95<200', actual: 150, holds: true }],
    });
    const failed = await loadTest('--threshold', 'errors<1', '--json');
    expect(failed.code).toBe(1);
    expect(JSON.parse(failed.out).thresholds).toEqual([{ threshold: 'errors<1', actual: 1, holds: false }]);
    // No terminal, no colours, no bar.
    expect(held.out + held.err).not.toContain('\u001b');
  });

  it('tells of a check that failed and does not count, and exits with 0', async () => {
    const advice = { threshold: 'http.codes.500 == 0', actual: 3, holds: false, advisory: true };
    answers = (asked) => {
      const answer = testOf('completed')(asked);
      return 'result' in answer.body
        ? { ...answer, body: { ...answer.body, result: { ...measuredResult, thresholds: [advice] } } }
        : answer;
    };
    const { code, out } = await run(['loadtest', '--project', 'shop']);
    expect(out).toMatch(/^ *fails, does not count +http\.codes\.500 == 0 +3$/m);
    expect(code).toBe(0);
  });

  it('writes the page or the JUnit XML of the platform, by the ending of the file', async () => {
    const ended = testOf('completed');
    answers = (asked) =>
      asked.path.includes('/report') ? { status: 200, body: `as ${asked.path.split('?')[1]}` } : ended(asked);
    for (const [file, format] of [
      ['report.html', 'html'],
      ['REPORT.XML', 'junit'],
    ] as const) {
      const { code } = await run(['loadtest', '--project', 'shop', '--threshold', 'p95<200', '--output', file]);
      expect(code).toBe(0);
      expect(await readFile(join(directory, file), 'utf8')).toBe(`as format=${format}`);
    }
    // The platform judges them too, so that its reports have them.
    expect(platform.asked[0]?.body).toMatchObject({ thresholds: ['p95<200'] });
  });

  it('asks for what the flags say', async () => {
    answers = testOf('completed');
    const args = ['--project', 'shop', '--path', '/a?b=1', '--header', 'X-Y: z', '--body', '{"q":1}', '--rate', '50'];
    await run(['loadtest', ...args, '--duration', '2m', '--think-time', '250', '--workers', '3']);
    expect(platform.asked[0]).toEqual({
      method: 'POST',
      path: '/v1/projects/shop/load-tests',
      key: 'hr_env',
      body: {
        arrivalRate: 50,
        durationSeconds: 120,
        thinkTimeMs: 250,
        workers: 3,
        scenarios: [{ name: 'POST /a', method: 'POST', path: '/a?b=1', headers: { 'X-Y': 'z' }, body: { q: 1 } }],
      },
    });
  });

  it('exits with 2 when a test fails on the platform', async () => {
    answers = (asked) => {
      const { status, body } = testOf('failed')(asked);
      return { status, body: { ...body, reason: 'interrupted.' } };
    };
    const { code, err } = await run(['loadtest', '--project', 'shop']);
    expect(err).toContain(`The load test ${testId} is failed: interrupted.\n`);
    expect(code).toBe(2);
  });

  it('cancels the test on the platform when it is interrupted, and follows it to its end', async () => {
    const polled = Promise.withResolvers<void>();
    let isCancelled = false;
    answers = (asked) => {
      if (asked.path.endsWith('/cancel')) isCancelled = true;
      if (asked.method === 'GET') polled.resolve();
      return testOf(isCancelled ? 'cancelled' : 'running')(asked);
    };
    const { child, ended } = beginProcess(['loadtest', '--project', 'shop']);
    await polled.promise;
    child.kill('SIGINT');
    const { code, out, err } = await ended;
    expect(isCancelled).toBe(true);
    expect(out).toContain('100 requests');
    expect(err).toContain('is cancelled: it was interrupted');
    expect(code).toBe(2);
  });

  it.each([
    ['passed', 0],
    ['breached', 1],
    ['failed', 2],
  ])('ends a check that %s with %d, and writes its JUnit XML', async (status, code) => {
    const { timeline: _, ...measured } = measuredResult;
    const limits = { maxP95ResponseTimeMs: 1000, minSuccessRatePercent: 95, minScore: 60, objectives: false };
    const breaches = status === 'breached' ? [{ limit: missedBudget.description, expected: 200, actual: 250 }] : [];
    const checked = {
      kind: 'check',
      checkId: testId,
      project: 'shop',
      status,
      progressPercent: 100,
      createdAt: now,
      endedAt: now,
      steps: [],
      request: { limits, loadTest: {} },
      loadTest: measured,
      objectives: [missedBudget],
      breaches,
    };
    answers = ({ method, path }) =>
      method === 'POST'
        ? { status: 202, body: { checkId: testId, status: 'queued' } }
        : { status: 200, body: path.includes('/report') ? `<${path}>` : checked };
    const found = await run(['check', '--project', 'shop', '--no-objectives', '--max-p95', '300', '--junit', 'a.xml']);
    expect(found.code).toBe(code);
    expect(platform.asked[0]?.body).toEqual({ limits: { maxP95ResponseTimeMs: 300, objectives: false } });
    const path = `/v1/projects/shop/checks/${testId}/report`;
    expect(await readFile(join(directory, 'a.xml'), 'utf8')).toBe(`<${path}>`);
    if (status === 'failed') expect(found.err).toContain(`The check ${testId} could not be carried out`);
    else expect(found.out).toMatch(/^ *MISSED +95 % of requests within 200 ms/m);
  });

  it('finds the platform that runs here, from any directory below, unless it runs no more', async () => {
    answers = () => ({ status: 200, body: { items: [] } });
    const data = join(directory, '.headroom');
    const deep = join(directory, 'a', 'b');
    await mkdir(deep, { recursive: true });
    await mkdir(data);
    const file = { apiUrl: platform.url, apiKey: 'hr_file', projectKeys: {} };
    writeRuntimeFile(data, { ...file, pid: process.pid });
    expect((await stat(join(data, 'runtime.json'))).mode & 0o777).toBe(0o600);
    expect(await runInProcess(['keys', 'list', '--json'], deep)).toMatchObject({ code: 0, out: '[]\n' });
    expect(platform.asked).toMatchObject([{ key: 'hr_file', path: '/v1/keys?limit=200' }]);

    // The local key is for no other platform.
    const elsewhere = await runInProcess(['keys', 'list', '--url', 'http://127.0.0.1:9'], deep);
    expect(elsewhere).toMatchObject({ code: 2, err: expect.stringContaining('There is no API key for') });

    writeRuntimeFile(data, file);
    expect(await runInProcess(['keys', 'list'], deep)).toMatchObject({
      code: 2,
      err: expect.stringContaining('does not run. Start it with `npm start`.'),
    });
    expect(readRuntimeFile(deep)).toBeUndefined();
  });

  it('says which key it needs when the platform refuses one', async () => {
    const problem = { type: 'urn:x', title: 'x', detail: 'This API key was revoked.', correlationId: 'c' };
    answers = () => ({ status: 401, body: { ...problem, status: 401, code: 'unauthenticated' } });
    const { code, err } = await run(['status']);
    expect(err).toBe('This API key was revoked. Give a valid key with --api-key or HEADROOM_API_KEY.\n');
    expect(code).toBe(2);
  });

  it('does not start for a target that does not answer, nor empties a directory that is not its own', async () => {
    const { port, close } = await listening(http.createServer());
    await close();
    const start = (...args: string[]) => beginProcess(['start', ...args]).ended;
    const dead = await start('--target', `http://127.0.0.1:${port}/`, '--data', 'data');
    expect(dead).toMatchObject({ code: 2, err: expect.stringMatching(/^The target .* does not answer: .*\.\n$/) });

    // A port that `fetch` refuses to ask.
    const odd = await start('--target', 'http://127.0.0.1:9/', '--data', 'data');
    expect(odd).toMatchObject({ code: 2, err: expect.stringContaining('ECONNREFUSED') });

    await writeFile(join(directory, 'precious.txt'), 'x');
    const foreign = await start('--fresh', '--no-demo', '--data', '.');
    expect(foreign).toMatchObject({ code: 2, err: expect.stringContaining('is not a data directory of Headroom') });
    expect(await readFile(join(directory, 'precious.txt'), 'utf8')).toBe('x');
  });
});
