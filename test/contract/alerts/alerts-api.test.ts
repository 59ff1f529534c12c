import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { alertsApi } from '../../../lib/alerts/api.ts';
import { AlertService } from '../../../lib/alerts/service.ts';
import type { Alert, AlertSeverity, AlertSubject, Silence } from '../../../lib/contracts/alerts.ts';
import type { Page } from '../../../lib/contracts/page.ts';
import type { Problem } from '../../../lib/contracts/problem.ts';
import { httpDoor } from '../../../lib/platform/http/door.ts';
import { KeyService } from '../../../lib/platform/keys/service.ts';
import { outputOf } from '../../support/captured-output.ts';
import { functionParts } from '../../support/function-parts.ts';
import { eventOf, type TestRequest } from '../../support/gateway-event.ts';
import { startTestDynamoDb, type TestDynamoDb, type TestParts } from '../../support/history-table.ts';
import { contextOf } from '../../support/invocation.ts';

/** Whatever is answered. */
type Body = Alert & Page<Alert> & Pick<Silence, 'silenceId' | 'createdBy'> & Pick<Problem, 'errors'>;

let dynamoDb: TestDynamoDb;
let parts: TestParts;
let alerts: AlertService;
let call: (method: string, target: string, request?: TestRequest) => Promise<{ status: number; body: Body }>;
let everything = '';
let ofShop = '';

const begin = Date.parse('2026-01-31T02:00:00.000Z');

beforeAll(async () => {
  dynamoDb = await startTestDynamoDb();
});
afterAll(() => dynamoDb.stop());

beforeEach(async () => {
  parts = await dynamoDb.createParts({ now: begin });
  alerts = new AlertService(parts);
  const keys = new KeyService(parts);
  everything = (await keys.create({ name: 'Ada', scope: 'write' }, 'test')).token;
  ofShop = (await keys.create({ name: 'Shop', scope: 'write', projects: ['shop'] }, 'test')).token;
  const all = functionParts('alerts-api', parts);
  const handler = httpDoor('alerts-api', all, alertsApi(all));
  call = async (method, target, request = {}) => {
    const event = eventOf(method, target, { token: everything, ...request });
    let answer: Awaited<ReturnType<typeof handler>> = {};
    await outputOf(async () => {
      answer = await handler(event, contextOf('alerts-api'));
    });
    return { status: answer.statusCode ?? 0, body: answer.body ? JSON.parse(answer.body) : undefined };
  };
});

let seconds = 0;
async function fire(about: AlertSubject, severity: AlertSeverity = 'low') {
  parts.time.now = begin + ++seconds * 1000;
  await alerts.observe(about, {
    at: parts.time.now,
    finds: 'firing',
    severity,
    reason: 'It is bad.',
    shown: { evidence: [] },
  });
}
async function end(about: AlertSubject) {
  parts.time.now = begin + ++seconds * 1000;
  await alerts.observe(about, { at: parts.time.now, finds: 'gone', why: 'It is well.' });
}
const slow = (subject: string, project = 'shop'): AlertSubject => ({ type: 'slow-requests', subject, project });
const alarm: AlertSubject = { type: 'cloudwatch-alarm', subject: 'errors' };
const subjectsOf = ({ body }: { body: Body }): string[] => body.items.map(({ subject }) => subject);
const newest = async (): Promise<Alert> => {
  const [alert] = (await call('GET', '/v1/alerts')).body.items;
  if (alert === undefined) throw new Error('There is no alert');
  return alert;
};

describe('Alerts over HTTP', () => {
  it('are listed by project, the newest first, by what is asked for', async () => {
    await fire(slow('a'), 'low');
    await fire(slow('b'), 'high');
    await fire({ type: 'error-rate', subject: 'c', project: 'shop' }, 'high');
    await fire(slow('other', 'store'));
    await end(slow('a'));
    const list = async (query = '') => subjectsOf(await call('GET', `/v1/projects/shop/alerts${query}`));
    expect(await list()).toEqual(['c', 'b', 'a']);
    expect(await list('?resolved=false')).toEqual(['c', 'b']);
    expect(await list('?resolved=true')).toEqual(['a']);
    expect(await list('?severity=high&type=slow-requests')).toEqual(['b']);
    expect(await list('?resolved=false&type=error-rate')).toEqual(['c']);
    expect((await call('GET', '/v1/projects/shop/alerts?severity=worst')).status).toBe(400);
  });

  it.each(['', '&resolved=false', '&severity=low'])('are listed page by page: limit=1%s', async (filter) => {
    for (const subject of ['a', 'b', 'c']) await fire(slow(subject));
    const found: string[] = [];
    let cursor = '';
    do {
      const page = await call('GET', `/v1/projects/shop/alerts?limit=1${filter}${cursor}`);
      found.push(...subjectsOf(page));
      cursor = page.body.nextCursor === undefined ? '' : `&cursor=${page.body.nextCursor}`;
    } while (cursor !== '');
    expect(found).toEqual(['c', 'b', 'a']);
  });

  it('of other projects, and of the deployment, are not for keys that are bound', async () => {
    await fire(slow('mine'));
    await fire(slow('other', 'store'));
    await fire(alarm);
    expect(subjectsOf(await call('GET', '/v1/alerts'))).toEqual(['errors', 'other', 'mine']);
    const { body } = await call('GET', '/v1/alerts', { token: ofShop });
    expect(subjectsOf({ body })).toEqual(['mine']);
    const others = (await call('GET', '/v1/alerts')).body.items.slice(0, 2);
    for (const { alertId } of others) {
      expect((await call('GET', `/v1/alerts/${alertId}`, { token: ofShop })).status).toBe(404);
      expect((await call('POST', `/v1/alerts/${alertId}/resolve`, { token: ofShop })).status).toBe(404);
    }
    expect((await call('GET', '/v1/projects/store/alerts', { token: ofShop })).status).toBe(403);
    expect((await call('GET', `/v1/alerts/${others[1]?.alertId}`)).body).toMatchObject({
      subject: 'other',
      project: 'store',
    });
  });

  it('are acknowledged and resolved, with who did it and why', async () => {
    await fire(slow('a'));
    const { alertId } = await newest();
    const acknowledged = await call('POST', `/v1/alerts/${alertId}/acknowledge`, { body: { why: 'On it' } });
    expect(acknowledged).toMatchObject({
      status: 200,
      body: { status: 'acknowledged', acknowledgedBy: expect.stringMatching(/^Ada \(/) },
    });
    for (let time = 0; time < 2; time++) {
      const resolved = await call('POST', `/v1/alerts/${alertId}/resolve`, { body: { why: 'Rolled back' } });
      expect(resolved.status).toBe(200);
      expect(resolved.body.history.map(({ event, why }) => `${event}: ${why}`)).toEqual([
        'opened: It is bad.',
        'acknowledged: On it',
        'resolved: Rolled back',
      ]);
    }
    expect((await call('POST', `/v1/alerts/${alertId}/acknowledge`)).status).toBe(409);
    expect((await call('GET', `/v1/alerts/${alertId}`)).body).toMatchObject({ status: 'resolved' });
    // It is bad still, and that is known.
    await fire(slow('a'));
    expect(subjectsOf(await call('GET', '/v1/alerts?resolved=false'))).toEqual([]);
    expect((await call('GET', '/v1/alerts/01JD2V8Q6Y0000000000000000')).status).toBe(404);
  });

  it('say what keeps them from being announced', async () => {
    await fire(slow('a'));
    await fire({ type: 'target-down', subject: 'service', project: 'shop' }, 'critical');
    await fire(slow('b', 'store'));
    const endsAt = new Date(begin + 3_600_000).toISOString();
    const made = await call('POST', '/v1/silences', { body: { matchers: { subject: '?' }, endsAt, why: 'Known' } });
    expect(made).toMatchObject({ status: 201, body: { createdBy: expect.stringMatching(/^Ada /) } });
    const { items } = (await call('GET', '/v1/alerts')).body;
    const { silenceId } = made.body;
    const down = items.find(({ type }) => type === 'target-down')?.alertId;
    const told = items.map(({ subject, silencedBy, inhibitedBy }) => ({ subject, silencedBy, inhibitedBy }));
    expect(told).toEqual([
      { subject: 'b', silencedBy: silenceId, inhibitedBy: undefined },
      { subject: 'service', silencedBy: undefined, inhibitedBy: undefined },
      { subject: 'a', silencedBy: silenceId, inhibitedBy: down },
    ]);
    expect((await call('DELETE', `/v1/silences/${silenceId}`)).status).toBe(204);
    expect((await call('DELETE', `/v1/silences/${silenceId}`)).status).toBe(404);
    expect((await call('GET', '/v1/alerts')).body.items[0]).not.toHaveProperty('silencedBy');
  });

  it('are silenced for a time that ends, by who may', async () => {
    const silence = (given: object, token = everything) =>
      call('POST', '/v1/silences', {
        token,
        body: { why: 'Known', endsAt: new Date(begin + 3_600_000).toISOString(), ...given },
      });
    expect((await silence({}, ofShop)).status).toBe(403);
    expect((await silence({ matchers: { project: 'store' } }, ofShop)).status).toBe(403);
    expect((await silence({ matchers: { project: 'shop' } }, ofShop)).status).toBe(201);
    expect((await silence({ endsAt: new Date(begin - 1).toISOString() })).body.errors).toMatchObject([
      { path: 'body.endsAt' },
    ]);
    expect((await silence({ endsAt: new Date(begin + 367 * 86_400_000).toISOString() })).status).toBe(400);
    expect((await call('GET', '/v1/silences')).body.items).toHaveLength(1);
    parts.time.now = begin + 3_600_000;
    expect((await call('GET', '/v1/silences')).body.items).toEqual([]);
  });
});
