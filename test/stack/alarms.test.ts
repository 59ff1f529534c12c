import {
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
} from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { alarmMetrics } from '../../lib/contracts/deployment-cost.ts';
import { functionDefinition, functionNames } from '../../lib/contracts/functions.ts';
import { queueNames } from '../../lib/contracts/messages.ts';
import { deadLetterQueueOf } from '../../lib/contracts/queues.ts';
import { TestCloudWatch } from '../support/test-cloudwatch.ts';
import { account, arn, functionArn, queueArn } from './intrinsics.ts';
import { Synthesized } from './synthesized.ts';

const topic = arn('sns', 'headroom-main-alarms');
const synthesized = new Synthesized();

const dimensions = z
  .array(z.object({ Name: z.string(), Value: z.string() }))
  .transform((all) => Object.fromEntries(all.map(({ Name, Value }) => [Name, Value])));
const metricShape = { Namespace: z.string().optional(), MetricName: z.string().optional() };
const alarms = synthesized.all(
  'AWS::CloudWatch::Alarm',
  z.looseObject({
    ...metricShape,
    AlarmName: z.string(),
    AlarmDescription: z.string(),
    AlarmActions: z.array(z.string()).default([]),
    OKActions: z.array(z.string()).default([]),
    Dimensions: dimensions.optional(),
    Threshold: z.number(),
    EvaluationPeriods: z.number(),
    Period: z.number().optional(),
    TreatMissingData: z.string(),
    ComparisonOperator: z.string(),
    Metrics: z
      .array(
        z.looseObject({
          Id: z.string(),
          Expression: z.string().optional(),
          MetricStat: z.looseObject({ Metric: z.looseObject({ ...metricShape, Dimensions: dimensions }) }).optional(),
        }),
      )
      .optional(),
  }),
);
const subscriptions = synthesized.all(
  'AWS::SNS::Subscription',
  z.looseObject({
    TopicArn: z.string(),
    Protocol: z.string(),
    Endpoint: z.string(),
    RedrivePolicy: z.object({ deadLetterTargetArn: z.string() }).optional(),
  }),
);
const permissions = synthesized.all(
  'AWS::Lambda::Permission',
  z.looseObject({ FunctionName: z.string(), Principal: z.string(), SourceArn: z.string() }),
);

const scheduled = functionNames.flatMap((name) => {
  const { trigger } = functionDefinition(name);
  return trigger.kind === 'schedule' ? [{ name, everyMinutes: trigger.everyMinutes }] : [];
});

const watching = (namespace: string, metric: string, dimension: Record<string, string>) =>
  alarms.filter(
    ({ Namespace, MetricName, Dimensions }) =>
      Namespace === namespace && MetricName === metric && JSON.stringify(Dimensions) === JSON.stringify(dimension),
  );

describe('which alarm reaches whom', () => {
  it.each(
    alarms.map(({ AlarmName, ...alarm }) => [AlarmName, alarm] as const),
  )('%s tells the topic when it begins and when it ends', (_, { AlarmActions, OKActions, AlarmDescription }) => {
    expect(AlarmActions).toEqual([topic]);
    expect(OKActions).toEqual([topic]);
    expect(AlarmDescription.length).toBeGreaterThan(30);
  });

  it('reaches the function that makes alerts of alarms, with a queue for what could not be delivered', () => {
    expect(subscriptions).toEqual([
      expect.objectContaining({
        TopicArn: topic,
        Protocol: 'lambda',
        Endpoint: functionArn('headroom-main-alarm-receiver'),
        RedrivePolicy: { deadLetterTargetArn: queueArn('headroom-main-alarm-receiver-undelivered') },
      }),
    ]);
    expect(permissions).toContainEqual(
      expect.objectContaining({
        FunctionName: functionArn('headroom-main-alarm-receiver'),
        Principal: 'sns.amazonaws.com',
        SourceArn: topic,
      }),
    );
  });

  it('reaches a person too, where the deployment names one', () => {
    const told = new Synthesized({ stage: 'ops', alarmEmail: 'ops@example.com' }).all(
      'AWS::SNS::Subscription',
      z.looseObject({ TopicArn: z.string(), Protocol: z.string(), Endpoint: z.string() }),
    );
    expect(told).toContainEqual(
      expect.objectContaining({
        TopicArn: arn('sns', 'headroom-ops-alarms'),
        Protocol: 'email',
        Endpoint: 'ops@example.com',
      }),
    );
  });

  it('may be published by alarms of this account, and by nobody without TLS', () => {
    const [policy] = synthesized.all(
      'AWS::SNS::TopicPolicy',
      z.looseObject({
        Topics: z.array(z.string()),
        PolicyDocument: z.object({
          Statement: z.array(z.looseObject({ Effect: z.string(), Principal: z.unknown(), Condition: z.unknown() })),
        }),
      }),
    );
    expect(policy?.Topics).toEqual([topic]);
    expect(policy?.PolicyDocument.Statement).toEqual([
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      expect.objectContaining({
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Condition: {
          StringEquals: { 'aws:SourceAccount': account },
          ArnLike: { 'aws:SourceArn': arn('cloudwatch', 'alarm:*') },
        },
      }),
    ]);
  });
});

describe('what is watched', () => {
  it.each(functionNames)('%s: its errors, of which running out of time is one', (name) => {
    expect(watching('AWS/Lambda', 'Errors', { FunctionName: `headroom-main-${name}` })).toHaveLength(1);
  });

  it('the concurrency of the account, once for all functions', () => {
    const throttles = alarms.filter(({ MetricName }) => MetricName === 'Throttles');
    expect(throttles).toEqual([expect.objectContaining({ Namespace: 'AWS/Lambda', EvaluationPeriods: 3 })]);
    expect(throttles[0]?.Dimensions).toBeUndefined();
  });

  it('for a price that the stack tells: each metric that an alarm looks at costs 0.10 USD a month', () => {
    const metrics = alarms.flatMap(
      ({ Metrics }) => Metrics?.filter(({ MetricStat }) => MetricStat !== undefined) ?? [{}],
    );
    // What the command line tells without a template.
    expect(alarmMetrics({ cacheTier: 'serverless' })).toBe(metrics.length);
    // No deployment should pay much for being watched.
    expect(metrics.length).toBeLessThanOrEqual(80);
    expect(synthesized.output('AlarmCost')).toBe(
      `${alarms.length} alarms on ${metrics.length} metrics: ${(metrics.length / 10).toFixed(2)} USD a month`,
    );
  });

  it.each(queueNames)('%s: its age, and the first message among its dead letters', (name) => {
    const [age] = watching('AWS/SQS', 'ApproximateAgeOfOldestMessage', { QueueName: `headroom-main-${name}` });
    expect(age?.Threshold).toBeGreaterThan(0);
    const [buried] = watching('AWS/SQS', 'ApproximateNumberOfMessagesVisible', {
      QueueName: `headroom-main-${deadLetterQueueOf(name)}`,
    });
    expect(buried).toMatchObject({
      Threshold: 1,
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    });
  });

  it.each(['alarm-receiver', ...scheduled.map(({ name }) => name)])('events for %s that were not delivered', (name) => {
    const queueDimension = { QueueName: `headroom-main-${name}-undelivered` };
    expect(watching('AWS/SQS', 'ApproximateNumberOfMessagesVisible', queueDimension)).toHaveLength(1);
  });

  it('the API: its failures, and its latency at p95', () => {
    const api = alarms.filter(({ Namespace }) => Namespace === 'AWS/ApiGateway');
    expect(api.map(({ MetricName }) => MetricName).sort()).toEqual(['5xx', 'Latency']);
    expect(api.find(({ MetricName }) => MetricName === 'Latency')).toMatchObject({ ExtendedStatistic: 'p95' });
  });

  it('the history table: throttles of every operation that functions may use', () => {
    const table = z.string().parse(synthesized.output('HistoryTableName'));
    const operations = alarms
      .flatMap(({ Metrics = [] }) => Metrics)
      .map(({ MetricStat }) => MetricStat?.Metric)
      .filter((one) => one?.MetricName === 'ThrottledRequests' && one.Dimensions.TableName === table)
      .map((one) => one?.Dimensions.Operation);
    expect(operations.sort()).toEqual(['BatchGetItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem']);
  });

  it.each(scheduled)('the silence of $name: no data is the fault, after five turns', ({ name, everyMinutes }) => {
    expect(watching('AWS/Lambda', 'Invocations', { FunctionName: `headroom-main-${name}` })).toEqual([
      expect.objectContaining({
        Period: 60 * everyMinutes,
        EvaluationPeriods: 5,
        Threshold: 1,
        ComparisonOperator: 'LessThanThreshold',
        TreatMissingData: 'breaching',
      }),
    ]);
  });

  it('nothing that the CloudWatch of one machine does not evaluate: every alarm is taken there as it is', async () => {
    const cloudWatch = await TestCloudWatch.start();
    const asDeployed = synthesized.all('AWS::CloudWatch::Alarm', z.looseObject({ AlarmName: z.string() }));
    for (const alarm of asDeployed) {
      await cloudWatch.client.send(new PutMetricAlarmCommand(alarm as unknown as PutMetricAlarmCommandInput));
    }
    const found = await cloudWatch.client.send(new DescribeAlarmsCommand({ MaxRecords: 100 }));
    await cloudWatch.stop();
    expect(found.MetricAlarms?.map(({ AlarmName }) => AlarmName)).toEqual(
      asDeployed.map(({ AlarmName }) => AlarmName).toSorted(),
    );
    expect(synthesized.all('AWS::CloudWatch::CompositeAlarm', z.unknown())).toEqual([]);
  });

  it('sums that count what has no data as 0, or they would have no value themselves', () => {
    for (const { AlarmName, Metrics } of alarms) {
      const expression = Metrics?.find(({ MetricStat }) => MetricStat === undefined)?.Expression;
      if (Metrics === undefined) continue;
      for (const { Id, MetricStat } of Metrics) {
        if (MetricStat === undefined) continue;
        const uses = String(expression).match(new RegExp(`\\b${Id}\\b`, 'g')) ?? [];
        const filled = String(expression).match(new RegExp(`FILL\\(${Id}, 0\\)`, 'g')) ?? [];
        expect(filled, AlarmName).not.toHaveLength(0);
        expect(filled, AlarmName).toHaveLength(uses.length);
      }
    }
  });
});
