import { DescribeAlarmsCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AlarmClient } from '../../../lib/alerts/cloudwatch/alarm-client.ts';
import { AlarmMetrics } from '../../../lib/alerts/cloudwatch/alarm-metrics.ts';
import { alarmReceiver } from '../../../lib/alerts/cloudwatch/receiver.ts';
import { CloudWatchAlarmService } from '../../../lib/alerts/cloudwatch/service.ts';
import { AlertService } from '../../../lib/alerts/service.ts';
import { alarmNotification } from '../../../lib/contracts/alarm-notification.ts';
import { cloudWatchAlarmSettings, cloudWatchAlarms } from '../../../lib/contracts/cloudwatch-alarms.ts';
import { projectSettings } from '../../../lib/contracts/projects.ts';
import { thresholdSettings } from '../../../lib/contracts/thresholds.ts';
import { createMeter } from '../../../lib/platform/metrics.ts';
import { ProjectService } from '../../../lib/projects/service.ts';
import { type AlarmKind, alarmKinds, alarmMessage } from '../../support/alarm-messages.ts';
import { outputOf } from '../../support/captured-output.ts';
import { functionParts } from '../../support/function-parts.ts';
import { quietLog, startTestDynamoDb, type TestDynamoDb, type TestParts } from '../../support/history-table.ts';
import { clientOf, TestCloudWatch } from '../../support/test-cloudwatch.ts';

const now = Date.parse('2026-01-31T03:00:00.000Z');
const minuteMs = 60_000;
const topicArn = 'arn:aws:sns:us-east-1:000000000000:headroom-test-alarms';
const queueUrl = 'https://sqs.us-east-1.amazonaws.com/000000000000/shop-orders';
const resources = {
  lambdas: ['shop-checkout'],
  apis: ['a1b2c3d4e5'],
  tables: ['arn:aws:dynamodb:us-east-1:000000000000:table/orders'],
  queues: [queueUrl],
  caches: ['arn:aws:elasticache:eu-west-1:000000000000:serverlesscache:far'],
};
const all = cloudWatchAlarmSettings.parse({});

let dynamoDb: TestDynamoDb;
let cloudWatch: TestCloudWatch;
let parts: TestParts;
let projects: ProjectService;
let service: CloudWatchAlarmService;
const said: string[] = [];

beforeAll(async () => {
  dynamoDb = await startTestDynamoDb();
});
afterAll(() => dynamoDb.stop());

beforeEach(async () => {
  said.length = 0;
  cloudWatch = await TestCloudWatch.start((_, notification, topics) => {
    if (topics.includes(topicArn)) said.push(notification);
  });
  parts = await dynamoDb.createParts({ now });
  projects = new ProjectService(parts);
  service = serviceOf(parts);
  await projects.put('shop', projectSettings.parse({ baseUrl: 'http://127.0.0.1:9/', resources }));
});
afterEach(() => cloudWatch.stop());

const serviceOf = ({ table, clock }: Pick<TestParts, 'table' | 'clock'>): CloudWatchAlarmService =>
  new CloudWatchAlarmService({ table, clock, stage: 'test', topicArn }, projects, new AlarmClient(cloudWatch.client));

const there = async () => {
  const { MetricAlarms = [] } = await cloudWatch.client.send(new DescribeAlarmsCommand({}));
  return MetricAlarms;
};
const namesThere = async () => (await there()).map(({ AlarmName }) => AlarmName);

const names = [
  'headroom-test/shop/api/a1b2c3d4e5/errors',
  'headroom-test/shop/api/a1b2c3d4e5/slow-requests',
  'headroom-test/shop/lambda/shop-checkout/errors',
  'headroom-test/shop/lambda/shop-checkout/slow-requests',
  'headroom-test/shop/lambda/shop-checkout/throttles',
  'headroom-test/shop/queue/shop-orders/queue-age',
  'headroom-test/shop/table/orders/throttles',
];

describe('CloudWatch alarms of a project', () => {
  it('are made of its thresholds, for each resource of this region', async () => {
    const tags = new Set<string>();
    cloudWatch.client.middlewareStack.add(
      (next) => (args) => {
        if ('Tags' in args.input) tags.add(JSON.stringify(args.input.Tags));
        return next(args);
      },
      { step: 'initialize' },
    );
    const shown = await service.put('shop', all);
    const [stage, project] = ['headroom:stage', 'headroom:project'];
    expect([...tags].map((each) => JSON.parse(each))).toEqual([
      [
        { Key: stage, Value: 'test' },
        { Key: project, Value: 'shop' },
      ],
    ]);
    expect(cloudWatchAlarms.parse(shown)).toEqual(shown);
    expect(await namesThere()).toEqual(names);
    expect(shown.alarms.map(({ drift, state }) => `${drift} ${state}`)).toEqual(
      names.map(() => 'none INSUFFICIENT_DATA'),
    );
    expect(shown.elsewhere).toEqual(resources.caches);
    // Three of one metric, and one with two; two of two, and two of one.
    expect(shown.costUsdPerMonth).toBe(1);
    const slow = (await there()).find(({ AlarmName }) => AlarmName?.endsWith('shop-checkout/slow-requests'));
    expect(slow).toMatchObject({
      Namespace: 'AWS/Lambda',
      MetricName: 'Duration',
      ExtendedStatistic: 'p95',
      Threshold: 2000,
      EvaluationPeriods: 5,
      AlarmActions: [topicArn],
      OKActions: [topicArn],
    });
  });

  it('follow thresholds, resources and settings, and are asked for only when one of them changed', async () => {
    await service.put('shop', all);
    let asked = 0;
    cloudWatch.client.middlewareStack.add(
      (next) => (args) => {
        asked += 1;
        return next(args);
      },
      { step: 'initialize' },
    );
    expect(await service.keepAll()).toBe(0);
    expect(asked).toBe(0);
    await projects.putThresholds('shop', thresholdSettings.parse({ preset: 'production' }));
    await projects.put(
      'shop',
      projectSettings.parse({ baseUrl: 'http://127.0.0.1:9/', resources: { lambdas: ['b'] } }),
    );
    expect(await service.keepAll()).toBe(1);
    expect(await namesThere()).toEqual(
      ['errors', 'slow-requests', 'throttles'].map((type) => `headroom-test/shop/lambda/b/${type}`),
    );
    expect((await there())[1]?.Threshold).toBe(500);
    await service.put('shop', cloudWatchAlarmSettings.parse({ types: ['throttles'] }));
    expect(await namesThere()).toEqual(['headroom-test/shop/lambda/b/throttles']);
  });

  it('show what others changed of them, and are mended by the next PUT', async () => {
    await service.put('shop', all);
    const [first, second] = await there();
    await cloudWatch.client.send(
      new PutMetricAlarmCommand({
        AlarmName: second?.AlarmName,
        Namespace: second?.Namespace,
        MetricName: second?.MetricName,
        Dimensions: second?.Dimensions,
        ExtendedStatistic: second?.ExtendedStatistic,
        Period: second?.Period,
        EvaluationPeriods: 1,
        ComparisonOperator: second?.ComparisonOperator,
        Threshold: 1,
      }),
    );
    await new AlarmClient(cloudWatch.client).delete([first?.AlarmName ?? '']);
    const metric = { Namespace: 'x', MetricName: 'y', Period: 60, EvaluationPeriods: 1, Threshold: 1 } as const;
    await cloudWatch.client.send(
      new PutMetricAlarmCommand({
        ...metric,
        AlarmName: 'headroom-test/shop/by-hand',
        Statistic: 'Sum',
        ComparisonOperator: 'GreaterThanThreshold',
      }),
    );
    const drifted = Object.fromEntries((await service.show('shop')).alarms.map(({ name, drift }) => [name, drift]));
    expect(drifted).toMatchObject({
      [names[0] ?? '']: 'missing',
      [names[1] ?? '']: 'changed',
      [names[2] ?? '']: 'none',
      'headroom-test/shop/by-hand': 'not-asked-for',
    });
    const mended = await service.put('shop', all);
    expect(new Set(mended.alarms.map(({ drift }) => drift))).toEqual(new Set(['none']));
    expect(await namesThere()).toEqual(names);
  });

  it('are removed on request and with their project, and those of others never are', async () => {
    await projects.put(
      'shop-eu',
      projectSettings.parse({ baseUrl: 'http://127.0.0.1:9/', resources: { lambdas: ['b'] } }),
    );
    await service.put('shop', all);
    await service.put('shop-eu', all);
    await service.delete('shop');
    const others = (await namesThere()).filter((name) => name?.startsWith('headroom-test/shop-eu/'));
    expect(await namesThere()).toEqual(others);
    expect(others).toHaveLength(3);
    await expect(service.show('shop')).rejects.toMatchObject({ code: 'not-found' });
    await projects.delete('shop-eu');
    expect(await service.keepAll()).toBe(1);
    expect(await namesThere()).toEqual([]);
    expect(await service.keepAll()).toBe(0);
  });

  it('are as wanted after a crash at any write, once it is tried again', async () => {
    for (let writes = 0; writes < 3; writes++) {
      let left = writes;
      const mayWrite = (): true => {
        if (left === 0) throw new Error('The process died');
        left -= 1;
        return true;
      };
      const mortal = new Proxy(parts.table, {
        get(table, name) {
          if ((name === 'create' || name === 'replace') && !mayWrite()) return undefined;
          const found: unknown = Reflect.get(table, name, table);
          return typeof found === 'function' ? found.bind(table) : found;
        },
      });
      await serviceOf({ table: mortal, clock: parts.clock })
        .put('shop', all)
        .catch(() => {});
      await service.keepAll();
      const made = await namesThere();
      expect(made).toEqual(writes === 0 ? [] : names);
      expect(await service.keepAll()).toBe(0);
      if (made.length > 0) await service.delete('shop');
    }
  });

  it('are no more than one project may have', async () => {
    const lambdas = Array.from({ length: 50 }, (_, index) => `shop-${index}`);
    const apis = lambdas;
    await projects.put('shop', projectSettings.parse({ baseUrl: 'http://127.0.0.1:9/', resources: { lambdas, apis } }));
    await expect(service.put('shop', all)).rejects.toThrow('250 alarms would be made, and 200 are the most');
    expect(await namesThere()).toEqual([]);
  });
});

describe('what an alarm says', () => {
  const received = async (): Promise<void> => {
    const { log, ...others } = functionParts('alarm-receiver', parts, { stage: 'test' });
    const receive = alarmReceiver({ ...others, log }, new AlarmMetrics(cloudWatch.client, log));
    for (const text of said.splice(0)) await receive(alarmNotification.parse(JSON.parse(text)));
  };
  const alertsOf = async (project: string | undefined) =>
    (await new AlertService(parts).open(project)).map(({ subject }) => subject);

  it('goes from the metric to an alert of the project, and back', async () => {
    await service.put('shop', all);
    const checkout = { FunctionName: 'shop-checkout' };
    for (let minute = 1; minute <= 7; minute++) {
      const at = now - minute * minuteMs;
      await cloudWatch.put('AWS/Lambda', 'Invocations', checkout, at, 100);
      await cloudWatch.put('AWS/Lambda', 'Errors', checkout, at, 9);
    }
    await cloudWatch.evaluate(now);
    await received();
    expect(await alertsOf('shop')).toEqual(['headroom-test/shop/lambda/shop-checkout/errors']);
    const [open] = await new AlertService(parts).open('shop');
    expect(open).toMatchObject({ value: 9, threshold: 5, window: { stepSeconds: 60 } });
    expect(open?.window?.values).toEqual([...Array(23).fill(null), ...Array(7).fill(9)]);
    const later = now + 10 * minuteMs;
    for (let minute = 1; minute <= 7; minute++) {
      await cloudWatch.put('AWS/Lambda', 'Invocations', checkout, later - minute * minuteMs, 100);
      await cloudWatch.put('AWS/Lambda', 'Errors', checkout, later - minute * minuteMs, 0);
    }
    await cloudWatch.evaluate(later);
    await received();
    expect(await alertsOf('shop')).toEqual([]);
    expect(await alertsOf(undefined)).toEqual([]);
  });

  it('goes from what a function writes, by a metric, an alarm of it and a topic, to an alert of the deployment', async () => {
    const meter = createMeter({ functionName: 'notifier', stage: 'test' });
    const written = await outputOf(async () => {
      meter.count('UnreadableMessages', 3);
      meter.flush();
    });
    expect(cloudWatch.ingest(written)).toBe(1);
    await cloudWatch.client.send(
      new PutMetricAlarmCommand({
        AlarmName: 'notifier-unreadable',
        Namespace: 'Headroom/test',
        MetricName: 'UnreadableMessages',
        Dimensions: [{ Name: 'service', Value: 'notifier' }],
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        TreatMissingData: 'notBreaching',
        AlarmActions: [topicArn],
        OKActions: [topicArn],
      }),
    );
    await cloudWatch.evaluate(Date.now() + minuteMs);
    await received();
    expect(await alertsOf(undefined)).toEqual(['notifier-unreadable']);
    await cloudWatch.evaluate(Date.now() + 20 * minuteMs);
    await received();
    expect(await alertsOf(undefined)).toEqual([]);
  });

  const saying = (NewStateValue: string, more: object, at = '2026-01-31T02:00:00.000+0000') =>
    JSON.stringify({ AlarmName: 'of-mine', NewStateValue, NewStateReason: 'why', StateChangeTime: at, ...more });
  const minute = (at: number): string => `2026-01-31T02:0${at}:00.000Z`;
  const queueAlarm = { Trigger: { Dimensions: [{ name: 'QueueName', value: 'shop-orders' }] } };

  const fromMinute = { from: '2026-01-31T01:56:00.000Z', to: minute(1) };
  const ofTable = (metric: string, values: object) => ({
    metric: `AWS/DynamoDB ${metric}`,
    subject: 'orders',
    values,
    ...fromMinute,
  });
  const evidence: Record<AlarmKind, object[]> = {
    'a metric': [
      {
        metric: 'AWS/SQS ApproximateAgeOfOldestMessage',
        subject: 'shop-orders',
        values: { threshold: 300 },
        ...fromMinute,
      },
    ],
    'an expression': [
      ofTable('ReadThrottleEvents', { threshold: 0 }),
      ofTable('WriteThrottleEvents', { threshold: 0 }),
    ],
    'an anomaly band': [ofTable('ConsumedReadCapacityUnits', {})],
    'a composite of alarms': [
      { metric: 'alarm', subject: 'slow', from: '2026-01-31T01:59:58.123Z', to: minute(1), values: {} },
    ],
  };

  /** What CloudWatch has of what each looks at, of 01:59 and of 02:00; and how it stands in the alert. */
  const measured: Record<AlarmKind, [metric: string, ...(number | undefined)[]][]> = {
    'a metric': [['AWS/SQS ApproximateAgeOfOldestMessage', 100, 512]],
    'an expression': [
      ['AWS/DynamoDB ReadThrottleEvents', 3, 1],
      ['AWS/DynamoDB WriteThrottleEvents', undefined, 6],
    ],
    'an anomaly band': [['AWS/DynamoDB ConsumedReadCapacityUnits', 50, 900]],
    'a composite of alarms': [],
  };
  const shown: Record<AlarmKind, object> = {
    'a metric': { metric: 'ApproximateAgeOfOldestMessage', threshold: 300, values: [100, 512] },
    'an expression': { metric: 'Throttles', threshold: 0, values: [3, 7] },
    'an anomaly band': { metric: 'ConsumedReadCapacityUnits', values: [50, 900] },
    'a composite of alarms': {},
  };
  const measure = async (kind: AlarmKind): Promise<void> => {
    for (const [metric, ...values] of measured[kind]) {
      const [namespace = '', name = ''] = metric.split(' ');
      const of = namespace === 'AWS/SQS' ? { QueueName: 'shop-orders' } : { TableName: 'orders' };
      for (const [index, value] of values.entries()) {
        const at = Date.parse(minute(index)) - minuteMs;
        if (value !== undefined) await cloudWatch.put(namespace, name, of, at, value);
      }
    }
  };

  it.each<[AlarmKind, project: string | undefined]>([
    ['a metric', 'shop'],
    ['an expression', 'shop'],
    ['an anomaly band', 'shop'],
    ['a composite of alarms', undefined],
  ])('on %s opens and resolves an alert, with what it looked at', async (kind, project) => {
    const say = async (state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA', at: number) => {
      said.push(alarmMessage(kind, state, minute(at)));
      await received();
    };
    await measure(kind);
    await say('INSUFFICIENT_DATA', 0);
    expect(await alertsOf(project)).toEqual([]);
    await say('ALARM', 1);
    const [open] = await new AlertService(parts).open(project);
    const { ALARM: reason } = alarmKinds[kind].reason;
    expect(open).toMatchObject({ type: 'cloudwatch-alarm', subject: 'of-mine', severity: 'high', reason });
    expect(open?.evidence).toEqual(evidence[kind]);
    expect(open?.analysis).toBe(project && `/v1/projects/${project}/aws`);
    const { window: { from, values = [], metric } = {}, threshold, value } = open ?? {};
    const last = { ...(metric && { metric, values: values.slice(-2) }), ...(threshold !== undefined && { threshold }) };
    expect(last).toEqual(shown[kind]);
    expect([from, values.length, value]).toEqual(
      metric === undefined ? [undefined, 0, undefined] : ['2026-01-31T01:31:00.000Z', 30, values.at(-1)],
    );
    expect(await alertsOf(project === undefined ? 'shop' : undefined)).toEqual([]);
    await measure(kind);
    await say('ALARM', 1);
    expect(await new AlertService(parts).open(project)).toEqual([open]);
    await say('INSUFFICIENT_DATA', 2);
    expect(await alertsOf(project)).toEqual(['of-mine']);
    await say('OK', 3);
    expect(await alertsOf(project)).toEqual([]);
  });

  it.each([
    ['a resource that no project names', { Trigger: { Dimensions: [{ name: 'QueueName', value: 'other' }] } }],
    ['nothing but a name', {}],
    ['strange figures', { Trigger: { Threshold: 'high', Period: null, MetricName: 1 }, TriggeringChildren: [1] }],
  ])('is the deployment’s where it tells of %s', async (_, more) => {
    said.push(saying('ALARM', more));
    await received();
    expect(await alertsOf(undefined)).toEqual(['of-mine']);
    expect(await alertsOf('shop')).toEqual([]);
  });

  it('is heard also when what it looked at cannot be read', async () => {
    const { log, ...others } = functionParts('alarm-receiver', parts, { stage: 'test' });
    const unreachable = clientOf('http://127.0.0.1:9');
    const receive = alarmReceiver({ ...others, log }, new AlarmMetrics(unreachable, quietLog));
    await receive(alarmNotification.parse(JSON.parse(alarmMessage('a metric', 'ALARM', minute(1)))));
    unreachable.destroy();
    const [open] = await new AlertService(parts).open('shop');
    expect(open).toMatchObject({ subject: 'of-mine', status: 'open' });
    expect(open).not.toHaveProperty('window');
  });

  it('that is composed of those of a project is of that project', async () => {
    const children = ['headroom-test/shop/queue/shop-orders/queue-age', 'headroom-test/gone/lambda/a/errors', 'mine'];
    const TriggeringChildren = children.map((name) => ({
      Arn: `arn:aws:cloudwatch:us-east-1:000000000000:alarm:${name}`,
      State: { Value: 'ALARM', Timestamp: '2026-01-31T01:59:58.123+0000' },
    }));
    said.push(saying('ALARM', { AlarmRule: 'ALARM("a") OR ALARM("b")', TriggeringChildren }));
    await received();
    expect([await alertsOf('shop'), await alertsOf(undefined)]).toEqual([['of-mine'], []]);
    said.push(saying('OK', { AlarmRule: 'ALARM("a") OR ALARM("b")' }, minute(1)));
    await received();
    expect(await alertsOf('shop')).toEqual([]);
  });

  it('is over for all who were told that it began, whoever names its resource by then', async () => {
    said.push(saying('ALARM', queueAlarm));
    await received();
    await projects.put('shop', projectSettings.parse({ baseUrl: 'http://127.0.0.1:9/' }));
    await projects.put('store', projectSettings.parse({ baseUrl: 'http://127.0.0.1:9/', resources }));
    said.push(saying('OK', queueAlarm, minute(1)));
    await received();
    expect(await alertsOf('shop')).toEqual([]);
  });

  it('has an alert again when it rings anew after somebody resolved it, with no word of being well', async () => {
    said.push(saying('ALARM', queueAlarm));
    await received();
    const alerts = new AlertService(parts);
    const [open] = await alerts.open('shop');
    await alerts.act('resolve', open?.alertId ?? '', { by: 'Ada (1)' });
    said.push(saying('ALARM', queueAlarm));
    await received();
    expect(await alertsOf('shop')).toEqual([]);
    said.push(saying('INSUFFICIENT_DATA', queueAlarm, minute(1)), saying('ALARM', queueAlarm, minute(2)));
    await received();
    expect(await alertsOf('shop')).toEqual(['of-mine']);
  });

  it('is nobody’s when it was made for a project that is no more', async () => {
    said.push(saying('ALARM', { AlarmName: 'headroom-test/gone/lambda/x/errors' }));
    await received();
    expect(await alertsOf('gone')).toEqual([]);
    expect(await alertsOf(undefined)).toEqual([]);
  });
});
