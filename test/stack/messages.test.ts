import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { functionDefinition, functionNames, isInvoked } from '../../lib/contracts/functions.ts';
import { queueNames } from '../../lib/contracts/messages.ts';
import { deadLetterQueueOf, queues as definitions } from '../../lib/contracts/queues.ts';
import { functionArn, queueArn } from './intrinsics.ts';
import { Synthesized } from './synthesized.ts';

const fourteenDays = 14 * 24 * 60 * 60;
const synthesized = new Synthesized();
const queues = synthesized.all(
  'AWS::SQS::Queue',
  z.looseObject({
    QueueName: z.string(),
    MessageRetentionPeriod: z.number(),
    SqsManagedSseEnabled: z.literal(true),
    VisibilityTimeout: z.number().optional(),
    RedrivePolicy: z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.number() }).optional(),
    RedriveAllowPolicy: z
      .object({ redrivePermission: z.string(), sourceQueueArns: z.array(z.string()).optional() })
      .optional(),
  }),
);
const queueNamed = (name: string) => queues.find(({ QueueName }) => QueueName === `headroom-main-${name}`);
const mappings = synthesized.all(
  'AWS::Lambda::EventSourceMapping',
  z.looseObject({
    EventSourceArn: z.string(),
    FunctionName: z.string(),
    BatchSize: z.number(),
    FunctionResponseTypes: z.array(z.string()).default([]),
    ScalingConfig: z.object({ MaximumConcurrency: z.number() }).optional(),
  }),
);
const lambdas = synthesized.all(
  'AWS::Lambda::Function',
  z.looseObject({
    FunctionName: z.string(),
    RecursiveLoop: z.string(),
    DeadLetterConfig: z.object({ TargetArn: z.string() }).optional(),
  }),
);

describe.each(queueNames)('%s', (name) => {
  const { visibilityTimeoutSeconds, maxReceives, consumer } = definitions[name];
  const queue = queueNamed(name);
  const deadLetters = queueNamed(deadLetterQueueOf(name));

  it('gives a message up to its dead letters after the receives of the contract', () => {
    expect(queue?.RedrivePolicy).toEqual({
      deadLetterTargetArn: queueArn(`headroom-main-${deadLetterQueueOf(name)}`),
      maxReceiveCount: maxReceives,
    });
  });

  it('has dead letters that no other queue may use, and that keep a message longer than it does itself', () => {
    expect(deadLetters?.RedriveAllowPolicy).toEqual({
      redrivePermission: 'byQueue',
      sourceQueueArns: [queueArn(`headroom-main-${name}`)],
    });
    expect(deadLetters?.RedrivePolicy).toBeUndefined();
    expect(deadLetters?.MessageRetentionPeriod).toBe(fourteenDays);
    // A message keeps its age when it is moved: with a shorter retention it would be gone on arrival.
    expect(deadLetters?.MessageRetentionPeriod).toBeGreaterThan(queue?.MessageRetentionPeriod ?? Infinity);
  });

  it('hides a message for as long as its function may work on it', () => {
    expect(queue?.VisibilityTimeout).toBe(visibilityTimeoutSeconds);
    expect(visibilityTimeoutSeconds).toBeGreaterThanOrEqual(functionDefinition(consumer).timeoutSeconds);
  });

  it('is read by its function, which answers for each message of a batch', () => {
    const reading = mappings.filter(({ EventSourceArn }) => EventSourceArn === queueArn(`headroom-main-${name}`));
    const { trigger } = functionDefinition(consumer);
    if (trigger.kind !== 'queue') throw new Error(`${consumer} is not triggered by a queue`);
    expect(reading).toHaveLength(1);
    expect(reading[0]).toMatchObject({
      FunctionName: `headroom-main-${consumer}`,
      BatchSize: trigger.batchSize,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    expect(reading[0]?.ScalingConfig?.MaximumConcurrency).toBe(trigger.maxConcurrency);
  });
});

it.each(functionNames)('%s may send itself messages only where the contracts allow it', (name) => {
  const lambda = lambdas.find(({ FunctionName }) => FunctionName === `headroom-main-${name}`);
  expect(lambda?.RecursiveLoop).toBe(functionDefinition(name).recursion === 'allow' ? 'Allow' : 'Terminate');
});

describe('what no queue carries', () => {
  const rules = synthesized.all(
    'AWS::Events::Rule',
    z.looseObject({
      ScheduleExpression: z.string(),
      State: z.string(),
      Targets: z.array(
        z.looseObject({
          Arn: z.string(),
          DeadLetterConfig: z.object({ Arn: z.string() }),
          RetryPolicy: z.object({ MaximumEventAgeInSeconds: z.number(), MaximumRetryAttempts: z.number() }),
        }),
      ),
    }),
  );
  const invokeConfigs = synthesized.all(
    'AWS::Lambda::EventInvokeConfig',
    z.looseObject({
      FunctionName: z.string(),
      MaximumRetryAttempts: z.number(),
      MaximumEventAgeInSeconds: z.number().optional(),
    }),
  );

  const scheduled = functionNames.flatMap((name) => {
    const { trigger } = functionDefinition(name);
    return trigger.kind === 'schedule' ? [{ name, everyMinutes: trigger.everyMinutes }] : [];
  });

  it.each(scheduled)('$name comes in time, is forgotten when late, and kept when it cannot be delivered', (one) => {
    const functionName = `headroom-main-${one.name}`;
    const rule = rules.find(({ Name }) => Name === functionName);
    const rate = one.everyMinutes === 1 ? 'rate(1 minute)' : `rate(${one.everyMinutes} minutes)`;
    expect(rule).toMatchObject({ ScheduleExpression: rate, State: 'ENABLED' });
    expect(rule?.Targets).toEqual([
      expect.objectContaining({
        Arn: functionArn(functionName),
        DeadLetterConfig: { Arn: queueArn(`${functionName}-undelivered`) },
        RetryPolicy: { MaximumEventAgeInSeconds: one.everyMinutes * 60, MaximumRetryAttempts: 2 },
      }),
    ]);
    expect(invokeConfigs.find(({ FunctionName }) => FunctionName === functionName)).toMatchObject({
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 60,
    });
  });

  it.each(
    functionNames.filter(isInvoked),
  )('an event that %s was invoked with is tried once, and dropped when late', (name) => {
    const functionName = `headroom-main-${name}`;
    expect(invokeConfigs.find(({ FunctionName }) => FunctionName === functionName)).toMatchObject({
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 60,
    });
  });

  it('calls nothing else', () => {
    expect(rules.map(({ Name }) => Name).sort()).toEqual(scheduled.map(({ name }) => `headroom-main-${name}`).sort());
    const called = synthesized
      .all('AWS::Lambda::Permission', z.looseObject({ FunctionName: z.string(), Principal: z.string() }))
      .filter(({ Principal }) => Principal === 'events.amazonaws.com')
      .map(({ FunctionName }) => FunctionName);
    expect(called.sort()).toEqual(scheduled.map(({ name }) => functionArn(`headroom-main-${name}`)).sort());
  });

  it('an alarm that its function failed on, at every attempt, is kept', () => {
    const undelivered = queueArn('headroom-main-alarm-receiver-undelivered');
    const receiver = lambdas.find(({ FunctionName }) => FunctionName === 'headroom-main-alarm-receiver');
    expect(receiver?.DeadLetterConfig).toEqual({ TargetArn: undelivered });
    expect(queueNamed('alarm-receiver-undelivered')).toMatchObject({
      MessageRetentionPeriod: fourteenDays,
      RedriveAllowPolicy: { redrivePermission: 'denyAll' },
    });
  });
});
