import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Task } from '../../lib/contracts/tasks.ts';
import { type Asked, type CannedPlatform, startCannedPlatform } from '../support/canned-platform.ts';
import { runInProcess } from '../support/cli-in-process.ts';

const taskId = '01JD2V8Q6Y0000000000000000';
const task: Task = {
  taskId,
  type: 'export',
  project: 'shop',
  priority: 'low',
  status: 'running',
  progressPercent: 40,
  attempts: 1,
  maxAttempts: 3,
  createdAt: '2026-03-29T01:00:00.000Z',
};
const completed: Task = { ...task, status: 'completed', endedAt: '2026-03-29T01:01:00.000Z', result: { rows: 24 } };
const failed: Task = { ...completed, status: 'failed', error: 'The receiver answered 404.', result: {} };
const standing = {
  timestamp: '2026-03-29T01:00:00.000Z',
  priorities: [
    { priority: 'high', depth: 0, scheduled: 1, running: 2, workers: 10 },
    { priority: 'low', depth: 200, scheduled: 0, running: 5, workers: 5, oldestAgeSeconds: 61.4 },
  ],
  ended: { completed: 9, failed: 1, cancelled: 2 },
  successRatePercent: 90,
};

const directory = mkdtempSync(join(tmpdir(), 'headroom-cli-'));
afterAll(() => rmSync(directory, { recursive: true }));
let platform: CannedPlatform;
let ended = completed;
beforeEach(async () => {
  ended = completed;
  platform = await startCannedPlatform(({ method, path }: Asked) => {
    if (path.endsWith('/output')) return { status: 200, body: 'at,requests\r\n' };
    if (path.endsWith('/status')) return { status: 200, body: standing };
    if (path.endsWith('/cancel')) return { status: 200, body: { taskId, status: 'cancelled' } };
    if (method === 'POST') return { status: 202, body: { taskId, status: 'queued' } };
    return { status: 200, body: path.startsWith('/v1/tasks/') ? ended : { items: [task], nextCursor: 'more' } };
  });
});
afterEach(() => platform.close());

const run = (...args: string[]) =>
  runInProcess(['tasks', ...args], directory, {
    HEADROOM_URL: platform.url,
    HEADROOM_API_KEY: 'hr_x',
    SHOP_SECRET: 'sixteen letters.',
  });
const posted = () => platform.asked.find(({ method }) => method === 'POST');

describe('headroom tasks', () => {
  it('lists tasks by what is asked for, and says where there may be more', async () => {
    const { code, out, err } = await run(
      'list',
      '--project',
      'shop',
      '--status',
      'running',
      '--priority',
      'low',
      '--limit',
      '2',
    );
    expect(code).toBe(0);
    expect(platform.asked[0]?.path).toBe('/v1/tasks?limit=2&project=shop&status=running&priority=low');
    // The next page, for what is missing yet.
    expect(platform.asked[1]?.path).toMatch(/limit=1&cursor=\w+&project=shop/);
    expect(out).toMatch(new RegExp(`${taskId} +export +running, 40 % +shop`));
    expect(err).toContain('There may be more');
    expect(JSON.parse((await run('list', '--limit', '1', '--json')).out)).toEqual([task]);
  });

  it('shows how much there is to do', async () => {
    const { out } = await run('status');
    expect(out).toMatch(/low +200 +0 +5 of 5 +61 s/);
    expect(out).toMatch(/high +0 +1 +2 of 10 +-/);
    expect(out).toContain('90 % succeeded');
  });

  it('gives a task, with the project where it needs one', async () => {
    const { code, out } = await run(
      ...['run', 'report', '--project', 'shop', '--payload', '{ "days": 30 }', '--priority', 'low'],
      ...['--at', '2026-03-29T03:00:00+02:00', '--max-attempts', '5'],
    );
    expect([code, out]).toEqual([0, `The task ${taskId} is queued.\n`]);
    expect(posted()?.body).toEqual({
      type: 'report',
      payload: { project: 'shop', days: 30 },
      priority: 'low',
      runAt: '2026-03-29T01:00:00.000Z',
      maxAttempts: 5,
    });
    platform.asked.length = 0;
    await run('run', 'cache-maintenance', '--project', 'shop', '--payload', '{ "namespace": "shop.pages" }');
    expect(posted()?.body).toEqual({ type: 'cache-maintenance', payload: { namespace: 'shop.pages' } });
    platform.asked.length = 0;
    await run('run', 'cache-maintenance', '--project', 'shop');
    expect(posted()?.body).toEqual({ type: 'cache-maintenance', payload: { namespace: 'shop' } });
  });

  it('takes a payload from a file, and a secret from the environment alone', async () => {
    const file = join(directory, 'nightly.yaml');
    writeFileSync(file, 'url: https://shop.example/nightly\nbody: { day: monday }\n');
    await run('run', 'webhook', '--project', 'shop', '--file', file, '--secret-env', 'SHOP_SECRET');
    expect(posted()?.body).toEqual({
      type: 'webhook',
      payload: {
        project: 'shop',
        url: 'https://shop.example/nightly',
        body: { day: 'monday' },
        secret: 'sixteen letters.',
      },
    });
    const refused = await run('run', 'webhook', '--file', file, '--secret-env', 'NOT_SET');
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('NOT_SET is not set')]);
  });

  it.each([
    [['run', 'dance'], 'Allowed choices are analysis'],
    [['run', 'report', '--payload', '{'], '--payload is neither JSON nor YAML'],
    [['run', 'report', '--payload', '[1]'], '--payload must hold an object'],
    [['run', 'report', '--payload', '{}', '--file', 'x'], 'either --payload or --file'],
    [['run', 'report', '--at', 'soon'], 'must be a time'],
    [['run', 'report', '--max-attempts', '11'], 'from 1 to 10'],
    [['list', '--status', 'lost'], 'Allowed choices are queued'],
  ])('refuses %j', async (args, why) => {
    const { code, err } = await run(...args);
    expect(code).toBe(2);
    expect(err).toContain(why);
    expect(platform.asked).toEqual([]);
  });

  it('follows a task to its end, and exits with 1 where it does not complete', async () => {
    const done = await run('run', 'report', '--project', 'shop', '--wait');
    expect(done.err).toContain('100%  completed');
    expect(done.code).toBe(0);
    expect(done.out).toContain('completed');
    expect(done.out).toContain('rows: 24');
    ended = failed;
    const lost = await run('run', 'report', '--project', 'shop', '--wait');
    expect(lost.code).toBe(1);
    expect(lost.err).toContain('failed: The receiver answered 404.');
  });

  it('shows, cancels and retries one, and gives what it has written', async () => {
    expect((await run('show', taskId)).out).toContain('attempt 1 of 3');
    expect((await run('cancel', taskId)).out).toBe(`The task ${taskId} is cancelled.\n`);
    expect((await run('retry', taskId)).out).toBe(`The task ${taskId} is queued.\n`);
    expect((await run('output', taskId)).out).toBe('at,requests\n');
    const file = join(directory, 'export.csv');
    await run('output', taskId, '--out', file);
    expect(readFileSync(file, 'utf8')).toBe('at,requests\r\n');
  });
});
