import type { SNSEvent } from 'aws-lambda';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { KeptAlert } from '../../../lib/alerts/lifecycle/subject.ts';
import { AlertService } from '../../../lib/alerts/service.ts';
import { alarmNotification } from '../../../lib/contracts/alarm-notification.ts';
import { topicDoor } from '../../../lib/platform/events/topic-door.ts';
import type { HistoryTable } from '../../../lib/platform/table/history-table.ts';
import { outputOf } from '../../support/captured-output.ts';
import { functionParts } from '../../support/function-parts.ts';
import { startTestDynamoDb, type TestDynamoDb, type TestParts } from '../../support/history-table.ts';
import { contextOf } from '../../support/invocation.ts';

type State = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

let dynamoDb: TestDynamoDb;
let parts: TestParts;
let alerts: AlertService;

beforeAll(async () => {
  dynamoDb = await startTestDynamoDb();
});
afterAll(() => dynamoDb.stop());

beforeEach(async () => {
  parts = await dynamoDb.createParts({ now: Date.parse('2026-01-31T03:00:00.000Z') });
  alerts = new AlertService(parts);
});

const minute = (at: number): string => `2026-01-31T02:${String(at).padStart(2, '0')}:00.000`;

/** As CloudWatch writes it, of which Headroom reads a part. */
const notification = (state: State, at: number, alarm = 'errors') => ({
  AlarmName: alarm,
  AlarmDescription: null,
  AWSAccountId: '000000000000',
  NewStateValue: state,
  NewStateReason: `Threshold Crossed at ${at}`,
  StateChangeTime: `${minute(at)}+0000`,
  Region: 'US East (N. Virginia)',
  AlarmArn: `arn:aws:cloudwatch:us-east-1:000000000000:alarm:${alarm}`,
  OldStateValue: 'OK',
  Trigger: { MetricName: 'Errors', Namespace: 'AWS/Lambda', Threshold: 1.0 },
});

const take = (state: State, at: number, alarm?: string) =>
  alerts.takeAlarm(alarmNotification.parse(notification(state, at, alarm)));

const all = async (): Promise<KeptAlert[]> => (await alerts.list({ limit: 200 }, () => true)).items;
const shown = async () => (await all()).map(({ status, openedAt, resolvedAt }) => ({ status, openedAt, resolvedAt }));
const open = (at: number) => ({ status: 'open', openedAt: `${minute(at)}Z`, resolvedAt: undefined });
const resolved = (at: number, until: number) => ({
  status: 'resolved',
  openedAt: `${minute(at)}Z`,
  resolvedAt: `${minute(until)}Z`,
});

describe('an alarm', () => {
  it('opens an alert and resolves it', async () => {
    await take('ALARM', 1);
    expect(await all()).toMatchObject([
      { subject: 'errors', type: 'cloudwatch-alarm', reason: 'Threshold Crossed at 1' },
    ]);
    expect(await shown()).toEqual([open(1)]);
    await take('OK', 3);
    expect(await shown()).toEqual([resolved(1, 3)]);
    await take('ALARM', 19);
    expect(await shown()).toEqual([open(19), resolved(1, 3)]);
  });

  it('that comes back within a quarter of an hour is the same alert', async () => {
    await take('ALARM', 1);
    await take('OK', 3);
    await take('ALARM', 18);
    expect(await shown()).toEqual([open(1)]);
  });

  it('says nothing when it has no data: what is open stays open, and nothing opens', async () => {
    await take('INSUFFICIENT_DATA', 1);
    expect(await shown()).toEqual([]);
    await take('ALARM', 2);
    await take('INSUFFICIENT_DATA', 3);
    await take('ALARM', 4);
    expect(await shown()).toEqual([open(2)]);
    await take('OK', 5);
    expect(await shown()).toEqual([resolved(2, 5)]);
  });

  it('that comes twice, or late, changes nothing', async () => {
    await take('ALARM', 1);
    await take('ALARM', 1);
    await take('OK', 3);
    await take('ALARM', 1);
    await take('ALARM', 2);
    await take('OK', 3);
    expect(await shown()).toEqual([resolved(1, 3)]);
  });

  it('has its own alerts', async () => {
    await take('ALARM', 1, 'errors');
    await take('ALARM', 1, 'latency');
    await take('OK', 2, 'errors');
    expect((await all()).map(({ subject, status }) => `${subject} ${status}`).toSorted()).toEqual([
      'errors resolved',
      'latency open',
    ]);
  });

  it('whose taker ended before the alert was shown is made good by what follows', async () => {
    const ending: HistoryTable = Object.create(parts.table, {
      create: {
        value: async (...given: Parameters<HistoryTable['create']>) => {
          if (given[0].name === 'Alert') throw new Error('The process ends here');
          return parts.table.create(...given);
        },
      },
      get: { value: parts.table.get.bind(parts.table) },
    });
    const first = alarmNotification.parse(notification('ALARM', 1));
    const cutOff = new AlertService({ table: ending, clock: parts.clock }).takeAlarm(first);
    await expect(cutOff).rejects.toThrow('ends here');
    expect(await shown()).toEqual([]);
    await take('ALARM', 1);
    await take('OK', 2);
    expect(await shown()).toEqual([resolved(1, 2)]);
  });

  it('is open or not by what it said last, in whatever order and however often it is told, and open once at most', async () => {
    const told = fc.array(fc.record({ state: fc.constantFrom<State>('OK', 'ALARM'), at: fc.nat(15) }), {
      maxLength: 8,
    });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        told.map((each) => [...new Map(each.map((one) => [one.at, one])).values()]),
        fc.infiniteStream(fc.nat()),
        async (said, order) => {
          const alarm = `alarm-${++run}`;
          const delivered = said
            .flatMap((each) => [each, each])
            .map((each) => ({ each, rank: order.next().value ?? 0 }))
            .sort((a, b) => a.rank - b.rank);
          for (const { each } of delivered) await take(each.state, each.at, alarm);
          const last = said.toSorted((a, b) => b.at - a.at)[0];
          const openNow = (await all()).filter(({ subject, status }) => subject === alarm && status === 'open');
          expect(openNow).toHaveLength(last?.state === 'ALARM' ? 1 : 0);
        },
      ),
      { numRuns: 6 },
    );
  });
});

describe('the topic door', () => {
  const event = (...bodies: unknown[]): SNSEvent => ({
    Records: bodies.map((body, index) => ({
      EventVersion: '1.0',
      EventSubscriptionArn: 'arn:aws:sns:us-east-1:000000000000:alarms:1',
      EventSource: 'aws:sns',
      Sns: {
        SignatureVersion: '1',
        Timestamp: '2026-01-31T02:00:00.000Z',
        Signature: '',
        SigningCertUrl: '',
        MessageId: `message-${index}`,
        Message: typeof body === 'string' ? body : JSON.stringify(body),
        MessageAttributes: {},
        Type: 'Notification',
        UnsubscribeUrl: '',
        TopicArn: 'arn:aws:sns:us-east-1:000000000000:alarms',
        Subject: 'ALARM',
      },
    })),
  });

  const deliver = (
    given: SNSEvent,
    handle = (message: Parameters<AlertService['takeAlarm']>[0]) => alerts.takeAlarm(message),
  ) => topicDoor(alarmNotification, functionParts('alarm-receiver', parts), handle)(given, contextOf('alarm-receiver'));

  it('takes what it can read, and fails after that for what it cannot, so that it is kept for a person', async () => {
    const { Trigger: _, ...composite } = notification('ALARM', 1, 'composite');
    const strange = [
      'not JSON',
      'null',
      '[]',
      { AlarmName: 'x' },
      { ...notification('ALARM', 1), StateChangeTime: 'soon' },
    ];
    const lines = await outputOf(async () => {
      const delivered = deliver(event(...strange, composite, notification('ALARM', 1, 'plain')));
      await expect(delivered).rejects.toMatchObject({ errors: { length: strange.length } });
    });
    expect((await all()).map(({ subject }) => subject).toSorted()).toEqual(['composite', 'plain']);
    const logged = lines.map((line) => JSON.parse(line));
    expect(logged.filter(({ level }) => level === 'ERROR').map(({ messageId }) => messageId)).toEqual(
      strange.map((_, index) => `message-${index}`),
    );
    expect(logged.find((line) => '_aws' in line)).toMatchObject({
      UnreadableMessages: [1, 1, 1, 1, 1],
      Messages: [1, 1],
    });
  });

  it('fails for one that could not be handled, after the others', async () => {
    const lines = await outputOf(async () => {
      const delivered = deliver(
        event(notification('ALARM', 1, 'bad'), notification('ALARM', 1, 'good')),
        async (message) => {
          if (message.AlarmName === 'bad') throw new Error('The table does not answer');
          await alerts.takeAlarm(message);
        },
      );
      await expect(delivered).rejects.toThrow('Some notifications could not be handled');
    });
    expect(await all()).toMatchObject([{ subject: 'good' }]);
    expect(lines.join()).toContain('The table does not answer');
  });
});
