import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resolved } from '../../lib/checks/pipeline/presets.ts';
import { type Asked, type CannedPlatform, startCannedPlatform } from '../support/canned-platform.ts';
import { runInProcess } from '../support/cli-in-process.ts';

const checkId = '01JD2V8Q6Y0000000000000000';
const daily = { id: 'daily', kind: 'daily', cron: '0 2 * * *', timeZone: 'UTC', enabled: false, settings: {} };
const nightly = { ...daily, id: 'nightly', timeZone: 'Europe/Berlin', enabled: true };
const next = {
  id: 'nightly',
  at: '2026-03-29T01:00:00.000Z',
  local: '2026-03-29 03:00',
  note: 'Daylight saving skips its local time.',
};
const schedule = { entries: [daily, nightly], inForce: {}, next: [next] };
const ended = (status: string) => ({
  kind: 'pipeline',
  checkId,
  project: 'shop',
  status,
  endedAt: '2026-03-29T01:05:00.000Z',
  reason: 'report: It cannot be written.',
  steps: [{ name: 'load-test', status: 'completed', detail: '600 requests' }],
  pipeline: 'daily',
  progressPercent: 100,
  createdAt: '2026-03-29T01:00:00.000Z',
  settings: resolved('daily', {}),
  findings: {},
  breaches: [],
});

const directory = mkdtempSync(join(tmpdir(), 'headroom-cli-'));
afterAll(() => rmSync(directory, { recursive: true }));
let platform: CannedPlatform;
let status = 'passed';
beforeEach(async () => {
  platform = await startCannedPlatform(({ method, path }: Asked) => {
    if (path.endsWith('/schedule')) return { status: 200, body: schedule };
    return method === 'POST'
      ? { status: 202, body: { checkId, status: 'queued' } }
      : { status: 200, body: ended(status) };
  });
});
afterEach(() => platform.close());

const run = (...args: string[]) =>
  runInProcess(['schedule', ...args], directory, {
    HEADROOM_URL: platform.url,
    HEADROOM_API_KEY: 'hr_x',
    HEADROOM_PROJECT: 'shop',
  });
const put = () => platform.asked.find(({ method }) => method === 'PUT')?.body;

describe('headroom schedule', () => {
  it('lists the entries, with their next times by their own clocks and in UTC', async () => {
    const { code, out } = await run('list');
    expect(code).toBe(0);
    expect(out).toMatch(/daily +0 2 \* \* \* +off, in UTC/);
    expect(out).toContain('next 2026-03-29 03:00 Europe/Berlin (2026-03-29 01:00 UTC)');
    expect(out).toContain('nightly: Daylight saving skips');
    expect(JSON.parse((await run('list', '--json')).out)).toEqual(schedule);
  });

  it('enables, disables and changes one entry, and leaves the others as they are', async () => {
    await run('enable', 'daily');
    expect(put()).toEqual({ entries: [{ ...daily, enabled: true }, nightly] });
    platform.asked.length = 0;
    await run('disable', 'nightly');
    expect(put()).toEqual({ entries: [daily, { ...nightly, enabled: false }] });
    platform.asked.length = 0;
    writeFileSync(join(directory, 'settings.yaml'), 'minScore: 90\n');
    await run('set', 'nightly', '--cron', '0 4 * * *', '--file', join(directory, 'settings.yaml'));
    expect(put()).toEqual({ entries: [daily, { ...nightly, cron: '0 4 * * *', settings: { minScore: 90 } }] });
  });

  it('makes an entry, of which it must know what and when', async () => {
    const refused = await run('set', 'weekly', '--kind', 'weekly');
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('--cron')]);
    expect((await run('enable', 'weekly')).err).toContain('There is no entry weekly');
    await run('set', 'weekly', '--kind', 'weekly', '--cron', '0 3 * * 0', '--time-zone', 'Asia/Tokyo', '--enable');
    expect(put()).toEqual({
      entries: [
        daily,
        nightly,
        { id: 'weekly', kind: 'weekly', cron: '0 3 * * 0', timeZone: 'Asia/Tokyo', enabled: true },
      ],
    });
  });

  it.each([
    ['passed', 0],
    ['breached', 1],
    ['failed', 2],
  ])('runs an entry now, and ends with the verdict when it waits: %s with %d', async (verdict, code) => {
    status = verdict;
    expect((await run('run', 'daily')).out).toContain(`The run ${checkId} has begun`);
    expect(platform.asked[0]?.body).toEqual({ schedule: 'daily' });
    const waited = await run('run', 'daily', '--wait');
    expect(waited.code).toBe(code);
    expect(waited.out).toContain('load-test completed: 600 requests');
  });
});
