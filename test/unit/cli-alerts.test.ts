import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Asked, type CannedPlatform, startCannedPlatform } from '../support/canned-platform.ts';
import { runInProcess } from '../support/cli-in-process.ts';

const at = '2026-01-31T02:00:00.000Z';
const alertId = '01JD2V8Q6Y0000000000000000';
const alert = {
  alertId,
  type: 'slow-requests',
  subject: 'avgResponseTimeMs',
  project: 'shop',
  severity: 'high',
  status: 'open',
  reason: 'The mean was 2400 ms.',
  openedAt: at,
  updatedAt: at,
  value: 2400,
  threshold: 1000,
  unit: 'ms',
  window: { from: '2026-01-31T01:55:00.000Z', stepSeconds: 60, values: [0, 1200, null, 600, 2400] },
  evidence: [],
  runbook: 'docs/runbook.md#slow-requests',
  history: [{ at, event: 'opened', by: 'headroom', why: 'The mean was 2400 ms.' }],
};
const channel = {
  channelId: 'ops',
  kind: 'slack',
  minSeverity: 'high',
  to: 'https://hooks.slack.com/...wxyz',
  createdAt: at,
  createdBy: 'Ada',
  updatedAt: at,
};
const silenced = {
  silenceId: alertId,
  matchers: {},
  startsAt: at,
  endsAt: at,
  why: 'x',
  createdAt: at,
  createdBy: 'Ada',
};

const alarms = {
  settings: { types: ['errors'], maxQueueAgeSeconds: 600 },
  updatedAt: at,
  alarms: [
    { name: 'headroom-main/shop/lambdas/pay/errors', type: 'errors', resource: 'pay', state: 'ALARM', drift: 'none' },
    { name: 'headroom-main/shop/lambdas/pay/throttles', type: 'throttles', resource: 'pay', drift: 'missing' },
  ],
  elsewhere: ['arn:aws:sqs:eu-west-1:000000000000:orders'],
  costUsdPerMonth: 0.2,
};

let platform: CannedPlatform;
let delivered = true;
beforeEach(async () => {
  platform = await startCannedPlatform(({ method, path }: Asked) => {
    if (path.includes('/test')) return { status: 200, body: { delivered, detail: 'It said so.', durationMs: 5 } };
    if (path.includes('/channels/'))
      return method === 'DELETE' ? { status: 204, body: undefined } : { status: 201, body: channel };
    if (path.includes('/channels')) return { status: 200, body: { items: [channel] } };
    if (path.includes('/cloudwatch-alarms'))
      return method === 'DELETE' ? { status: 204, body: undefined } : { status: 200, body: alarms };
    if (path.includes('/silences')) return { status: 201, body: silenced };
    if (/\/alerts(\?|$)/.test(path)) return { status: 200, body: { items: [alert] } };
    return { status: 200, body: path.includes('resolve') ? { ...alert, status: 'resolved' } : alert };
  });
});
afterEach(() => platform.close());

const run = (args: string[], environment: Record<string, string> = {}) =>
  runInProcess(['alerts', ...args], tmpdir(), {
    HEADROOM_URL: platform.url,
    HEADROOM_API_KEY: 'hr_x',
    HEADROOM_PROJECT: 'shop',
    ...environment,
  });
const asked = (method: string) => platform.asked.find((each) => each.method === method);

describe('headroom alerts', () => {
  it('lists what is not resolved, and shows one', async () => {
    const { code, out } = await run(['list', '--severity', 'high']);
    expect(code).toBe(0);
    expect(out).toContain('slow-requests avgResponseTimeMs');
    expect(platform.asked[0]?.path).toContain('/v1/projects/shop/alerts');
    const shown = await run(['show', alertId]);
    expect(shown.out).toContain('2,400 ms, limit 1,000 ms');
    expect(shown.out).toContain('avgResponseTimeMs, 2026-01-31 01:55 to 2026-01-31 02:00, at most 2,400 ms:');
    expect(shown.out).toContain('|▁▄ ▂█|');
    expect(shown.out).toContain('2026-01-31 02:00 opened by headroom: The mean was 2400 ms.');
  });

  it('says what is done about one', async () => {
    expect((await run(['resolve', alertId, '--why', 'Rolled back'])).out).toContain('is resolved.');
    expect(asked('POST')).toMatchObject({ path: `/v1/alerts/${alertId}/resolve`, body: { why: 'Rolled back' } });
  });

  it('silences for a time', async () => {
    const { code } = await run(['silence', '--type', 'anomaly', '--for', '2h', '--why', 'Migration']);
    expect(code).toBe(0);
    expect(asked('POST')?.body).toMatchObject({ matchers: { project: 'shop', type: 'anomaly' }, why: 'Migration' });
  });

  it('makes, lists, tries and removes channels, with secrets from the environment', async () => {
    const add = [
      'channels',
      'add',
      'ops',
      '--kind',
      'slack',
      '--secret-env',
      'HOOK',
      '--min-severity',
      'high',
      '--for',
      'shop',
    ];
    expect((await run(add)).code).not.toBe(0);
    expect((await run(add, { HOOK: 'https://hooks.slack.com/services/a' })).code).toBe(0);
    expect(asked('PUT')?.body).toEqual({
      kind: 'slack',
      url: 'https://hooks.slack.com/services/a',
      minSeverity: 'high',
      projects: ['shop'],
    });
    expect((await run(['channels', 'list'])).out).toContain('https://hooks.slack.com/...wxyz');
    expect((await run(['channels', 'test', 'ops'])).code).toBe(0);
    delivered = false;
    expect((await run(['channels', 'test', 'ops'])).code).toBe(1);
    expect((await run(['channels', 'remove', 'ops'])).code).toBe(0);
  });

  it('makes, lists and removes CloudWatch alarms, and fails where others changed them', async () => {
    const { code, out } = await run(['cloudwatch', 'list']);
    expect(code).toBe(1);
    expect(out).toMatch(/ALARM +errors +pay/);
    expect(out).toMatch(/not there +throttles +pay +missing/);
    expect(out).toContain('Of other regions, without alarms: arn:aws:sqs:eu-west-1:000000000000:orders.');
    expect(out).toContain('They cost 0.20 USD a month.');
    await run(['cloudwatch', 'set', '--type', 'errors', 'throttles', '--max-queue-age', '600']);
    expect(asked('PUT')).toMatchObject({
      path: '/v1/projects/shop/cloudwatch-alarms',
      body: { types: ['errors', 'throttles'], maxQueueAgeSeconds: 600 },
    });
    expect((await run(['cloudwatch', 'set', '--type', 'mood'])).code).toBe(2);
    expect((await run(['cloudwatch', 'remove'])).code).toBe(0);
    expect((await run(['cloudwatch', 'list'], { HEADROOM_PROJECT: '' })).code).toBe(2);
  });
});
