import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CannedPlatform, startCannedPlatform } from '../support/canned-platform.ts';
import { runInProcess } from '../support/cli-in-process.ts';

const unread = { queue: 'tasks', messageId: 'm-1', body: '{"no": "task"}', fault: 'type: Invalid input' };
const failed = { queue: 'alerts', messageId: 'm-2', body: '{}', sentAt: '2026-03-29T01:00:00.000Z' };
const all = { items: [unread, failed], counts: { tasks: 1, alerts: 3 } };

let platform: CannedPlatform;
let found: object = all;
let handled: object = { handled: ['m-1'], missing: [] };
beforeEach(async () => {
  found = all;
  handled = { handled: ['m-1'], missing: [] };
  platform = await startCannedPlatform(({ method }) => ({ status: 200, body: method === 'GET' ? found : handled }));
});
afterEach(() => platform.close());

const run = (...args: string[]) =>
  runInProcess(['dead-letters', ...args], tmpdir(), { HEADROOM_URL: platform.url, HEADROOM_API_KEY: 'hr_x' });

describe('headroom dead-letters', () => {
  it('lists them with why they are there, and how many each queue has', async () => {
    const { code, out } = await run('list', '--queue', 'tasks', '--limit', '10');
    expect(code).toBe(0);
    expect(platform.asked[0]?.path).toBe('/v1/dead-letters?limit=10&queue=tasks');
    expect(out).toMatch(/tasks +m-1 +cannot be read +\{"no": "task"\}/);
    expect(out).toMatch(/alerts +m-2 +2026-03-29 01:00 +failed/);
    expect(out).toContain('tasks 1, alerts 3');
    expect(JSON.parse((await run('list', '--json')).out)).toEqual(all);
    found = { items: [], counts: {} };
    expect((await run('list')).out).toBe('There are no dead letters.\n');
  });

  it('sends them once more: those that are named, or all', async () => {
    expect((await run('redrive', 'tasks')).out).toBe('1 was sent to tasks once more.\n');
    await run('redrive', 'tasks', 'm-1', 'm-2');
    expect(platform.asked.map(({ path, body }) => ({ path, body }))).toEqual([
      { path: '/v1/dead-letters/redrive', body: { queue: 'tasks' } },
      { path: '/v1/dead-letters/redrive', body: { queue: 'tasks', messageIds: ['m-1', 'm-2'] } },
    ]);
  });

  it('says of what alarms said that it was taken, or why it stays', async () => {
    handled = { handled: ['m-1'], failed: [{ messageId: 'm-2', fault: 'not JSON' }], missing: [] };
    const { code, out, err } = await run('redrive', 'alarms');
    expect([code, out]).toEqual([1, '1 was taken.\n']);
    expect(err).toContain('m-2 stays: not JSON');
  });

  it('discards only what is named, and fails where something was not found', async () => {
    expect((await run('discard', 'tasks')).code).toBe(2);
    handled = { handled: [], missing: ['m-1'] };
    const { code, out, err } = await run('discard', 'tasks', 'm-1');
    expect([code, out]).toEqual([1, '0 were discarded.\n']);
    expect(err).toContain('m-1');
    expect((await run('discard', 'nowhere', 'm-1')).code).toBe(2);
  });
});
