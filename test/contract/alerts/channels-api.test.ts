import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Notifier } from '../../../lib/alerts/announcing/notifier.ts';
import { alertsApi } from '../../../lib/alerts/api.ts';
import { AlertService } from '../../../lib/alerts/service.ts';
import { SilenceService } from '../../../lib/alerts/silences/service.ts';
import { problem } from '../../../lib/contracts/problem.ts';
import { httpDoor } from '../../../lib/platform/http/door.ts';
import { KeyService } from '../../../lib/platform/keys/service.ts';
import { outputOf } from '../../support/captured-output.ts';
import { functionParts } from '../../support/function-parts.ts';
import { eventOf } from '../../support/gateway-event.ts';
import type { TestParts } from '../../support/history-table.ts';
import { contextOf } from '../../support/invocation.ts';
import { useTestDynamoDb } from '../../support/use-dynamodb.ts';

type Answer = { status: number; body: Record<string, unknown> & { items?: Record<string, unknown>[] } };

const dynamoDb = useTestDynamoDb();
const keys = {} as Record<'everything' | 'reading' | 'ofShop' | 'adminOfShop', string>;
let parts: TestParts;
let handler: ReturnType<typeof httpDoor<'alerts-api'>>;

beforeAll(async () => {
  parts = await dynamoDb.createParts();
  const service = new KeyService(parts);
  const key = async (scope: 'read' | 'write' | 'admin', projects?: string[]) =>
    (await service.create({ name: 'Ada', scope, ...(projects === undefined ? {} : { projects }) }, 'test')).token;
  keys.everything = await key('admin');
  keys.reading = await key('read');
  keys.ofShop = await key('write', ['shop']);
  keys.adminOfShop = await key('admin', ['shop']);
  const all = functionParts('alerts-api', parts);
  handler = httpDoor('alerts-api', all, alertsApi(all));
});

async function call(method: string, target: string, token: string, body?: unknown): Promise<Answer> {
  let answer: Awaited<ReturnType<typeof handler>> = {};
  const event = eventOf(method, target, { token, ...(body === undefined ? {} : { body }) });
  await outputOf(async () => {
    answer = await handler(event, contextOf('alerts-api'));
  });
  return { status: answer.statusCode ?? 0, body: answer.body ? JSON.parse(answer.body) : {} };
}

const hook = (more: object = {}) => ({
  kind: 'webhook',
  url: 'http://127.0.0.1:9/hook',
  secret: 'never-shown-again-1234',
  ...more,
});
const namesOf = ({ body }: Answer, name: string) => (body.items ?? []).map((item) => item[name]);

describe('Channels over HTTP', () => {
  beforeEach(async () => {
    await call('PUT', '/v1/channels/mine', keys.ofShop, hook({ projects: ['shop'] }));
    await call('PUT', '/v1/channels/theirs', keys.everything, hook({ projects: ['store'] }));
    await call('PUT', '/v1/channels/all', keys.everything, hook());
  });

  it('are seen, tried and removed by keys of all their projects, and are not there for others', async () => {
    expect(namesOf(await call('GET', '/v1/channels', keys.everything), 'channelId')).toEqual(['all', 'mine', 'theirs']);
    expect(namesOf(await call('GET', '/v1/channels', keys.ofShop), 'channelId')).toEqual(['mine']);
    for (const channel of ['theirs', 'all']) {
      for (const [method, path] of [
        ['GET', ''],
        ['DELETE', ''],
        ['POST', '/test'],
      ] as const) {
        const { status } = await call(method, `/v1/channels/${channel}${path}`, keys.adminOfShop);
        expect(status, `${method} ${channel}${path}`).toBe(404);
      }
    }
    const tried = await call('POST', '/v1/channels/mine/test', keys.ofShop);
    expect(tried).toMatchObject({ status: 200, body: { delivered: false } });
    expect((await call('DELETE', '/v1/channels/mine', keys.ofShop)).status).toBe(204);
  });

  it('are neither made for projects of others nor taken from them', async () => {
    const put = async (name: string, more: object) =>
      (await call('PUT', `/v1/channels/${name}`, keys.adminOfShop, hook(more))).status;
    expect(await put('new', {})).toBe(403);
    expect(await put('new', { projects: ['shop', 'store'] })).toBe(403);
    expect(await put('theirs', { projects: ['shop'] })).toBe(403);
    expect(await put('all', { projects: ['shop'] })).toBe(403);
    expect((await call('GET', '/v1/channels/new', keys.everything)).status).toBe(404);
    const { body } = await call('GET', '/v1/channels/theirs', keys.everything);
    expect(body).toMatchObject({ projects: ['store'], secretEnd: '1234' });
    expect(JSON.stringify(body)).not.toContain('never-shown');
  });

  it.each<[string, unknown]>([
    ['no kind', { url: 'http://127.0.0.1:9/' }],
    ['an unknown kind', { kind: 'pigeon' }],
    ['a field that no channel has', hook({ headers: { cookie: 'x' } })],
    ['an address that is none', hook({ url: 'javascript:alert(1)' })],
    ['a user in the address', hook({ url: 'https://user:word@example.com/' })],
    ['a secret that would end the header', hook({ secret: 'a-secret-with\r\nInjected: yes' })],
    ['a short secret', hook({ secret: 'short' })],
    ['a project that none is called', hook({ projects: ['../store'] })],
    ['a description that turns the writing around', hook({ description: 'a\u202eb' })],
    ['a topic that is none', { kind: 'sns', topicArn: 'arn:aws:sqs:us-east-1:000000000000:queue' }],
    ['a list in place of an object', [hook()]],
    ['a prototype in place of fields', '{"__proto__":{"kind":"webhook"}}'],
  ])('are refused with the wrong field named, and nothing is kept: %s', async (_, body) => {
    const { status, body: answer } = await call('PUT', '/v1/channels/hostile', keys.everything, body);
    expect(status).toBe(400);
    expect(problem.parse(answer).errors?.length).toBeGreaterThan(0);
    expect(JSON.stringify(answer)).not.toMatch(/Injected|user:word/);
    expect((await call('GET', '/v1/channels/hostile', keys.everything)).status).toBe(404);
  });

  it.each(['Upper', 'a%20b', 'a'.repeat(41)])('are not called %s', async (name) => {
    expect((await call('PUT', `/v1/channels/${name}`, keys.everything, hook())).status).toBe(400);
  });
});

describe('Notifications over HTTP', () => {
  const of: Record<string, string> = {};
  beforeAll(async () => {
    const alerts = new AlertService(parts);
    for (const project of ['shop', 'store', undefined]) {
      const about = { type: 'check-failed' as const, subject: 'check', ...(project === undefined ? {} : { project }) };
      const found = { finds: 'firing', severity: 'high', reason: 'It is bad.' } as const;
      await alerts.observe(about, { ...found, shown: { evidence: [] }, at: parts.time.now });
      parts.time.now += 31_000;
      await new Notifier(parts, new SilenceService(parts)).notify(project ?? '*');
      const { body } = await call('GET', '/v1/notifications?limit=1', keys.everything);
      of[project ?? 'deployment'] = String(body.items?.[0]?.notificationId);
    }
  });

  it('are listed, shown and sent again to keys of their project only', async () => {
    expect(namesOf(await call('GET', '/v1/notifications', keys.everything), 'project')).toEqual([
      undefined,
      'store',
      'shop',
    ]);
    expect(namesOf(await call('GET', '/v1/notifications', keys.ofShop), 'project')).toEqual(['shop']);
    expect(namesOf(await call('GET', '/v1/notifications?project=store', keys.ofShop), 'project')).toEqual([]);
    expect((await call('GET', `/v1/notifications/${of.shop}`, keys.ofShop)).status).toBe(200);
    expect((await call('POST', `/v1/notifications/${of.shop}/retry`, keys.ofShop)).status).toBe(202);
    for (const id of [of.store, of.deployment, '01JD2V8Q6Y0000000000000000']) {
      expect((await call('GET', `/v1/notifications/${id}`, keys.adminOfShop)).status).toBe(404);
      expect((await call('POST', `/v1/notifications/${id}/retry`, keys.adminOfShop)).status).toBe(404);
    }
    expect((await call('POST', `/v1/notifications/${of.shop}/retry`, keys.reading)).status).toBe(403);
  });

  it.each([
    'status=lost',
    'project=..%2Fstore',
    'limit=0',
    'limit=201',
    'cursor=%00',
    'cursor=eyJwayI6IkFQSUtFWSJ9',
  ])('are not asked for with %s', async (query) => {
    expect((await call('GET', `/v1/notifications?${query}`, keys.everything)).status).toBe(400);
  });
});

describe('Silences over HTTP', () => {
  const silence = (more: object) => ({ endsAt: '2026-01-31T06:00:00.000Z', why: 'Known', ...more });

  it('of others are neither seen nor ended by keys that are bound', async () => {
    const made = await call('POST', '/v1/silences', keys.everything, silence({ matchers: { project: 'store' } }));
    const ofAll = await call('POST', '/v1/silences', keys.everything, silence({ matchers: { subject: 'a*' } }));
    expect(namesOf(await call('GET', '/v1/silences', keys.ofShop), 'silenceId')).toEqual([]);
    for (const { body } of [made, ofAll]) {
      expect((await call('DELETE', `/v1/silences/${body.silenceId}`, keys.adminOfShop)).status).toBe(403);
      expect((await call('DELETE', `/v1/silences/${body.silenceId}`, keys.everything)).status).toBe(204);
    }
  });

  it.each<[string, object]>([
    ['an end that is no time', { endsAt: 'tomorrow' }],
    ['no reason', { why: undefined }],
    ['a matcher that there is none of', { matchers: { channel: 'ops' } }],
    ['a type that there is none of', { matchers: { type: 'bad-mood' } }],
    ['a pattern without end', { matchers: { subject: '*'.repeat(257) } }],
  ])('are refused with %s', async (_, more) => {
    const { status, body } = await call('POST', '/v1/silences', keys.everything, silence(more));
    expect(status).toBe(400);
    expect(problem.parse(body).errors?.length).toBeGreaterThan(0);
  });

  it('match a hostile pattern in no time', async () => {
    const subject = `${'*a'.repeat(120)}*b`;
    await call('POST', '/v1/silences', keys.everything, silence({ matchers: { project: 'shop', subject } }));
    const about = { type: 'check-failed', subject: 'a'.repeat(250), project: 'shop' } as const;
    const found = { finds: 'firing', severity: 'low', reason: 'It is bad.' } as const;
    await new AlertService(parts).observe(about, { ...found, shown: { evidence: [] }, at: parts.time.now });
    const began = performance.now();
    expect((await call('GET', '/v1/projects/shop/alerts', keys.ofShop)).status).toBe(200);
    expect(performance.now() - began).toBeLessThan(2000);
  });
});

describe('The CloudWatch alarms of a project over HTTP', () => {
  const path = '/v1/projects/store/cloudwatch-alarms';

  it('are not for keys of other projects, whatever these may do', async () => {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const { status } = await call(method, path, keys.adminOfShop, method === 'PUT' ? {} : undefined);
      expect(status, method).toBe(403);
    }
  });

  it.each<[string, unknown]>([
    ['no types', { types: [] }],
    ['a type that there is none of', { types: ['errors', 'mood'] }],
    ['an age below a minute', { maxQueueAgeSeconds: 5 }],
    ['an age that is no number', { maxQueueAgeSeconds: '300' }],
    ['a field that there is none of', { actions: ['arn:aws:sns:us-east-1:000000000000:mine'] }],
  ])('are refused with %s', async (_, body) => {
    const { status, body: answer } = await call('PUT', path, keys.everything, body);
    expect(status).toBe(400);
    expect(problem.parse(answer).errors?.length).toBeGreaterThan(0);
  });

  it('are not made for a project that does not exist', async () => {
    expect((await call('PUT', path, keys.everything, {})).status).toBe(404);
    expect((await call('DELETE', path, keys.everything)).status).toBe(404);
  });
});
