import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { DynamoTableClient } from '../../lib/cache/library/dynamodb/table.ts';
import { type FunctionName, functionDefinition, functionNames } from '../../lib/contracts/functions.ts';
import { queueNames } from '../../lib/contracts/messages.ts';
import { deadLetterQueueOf } from '../../lib/contracts/queues.ts';
import { arn, functionArn, queueArn } from './intrinsics.ts';
import { permissionsIn, resourceStatements } from './resource-statements.ts';
import { Synthesized } from './synthesized.ts';

const list = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const policyShape = z.looseObject({
  Roles: z.array(z.string()),
  PolicyDocument: z.object({
    Version: z.string(),
    Statement: z.array(
      z.discriminatedUnion('Effect', [
        z.strictObject({
          Effect: z.literal('Allow'),
          Action: list,
          Resource: list,
          Sid: z.string().optional(),
          Condition: z.unknown().optional(),
        }),
        z.strictObject({ Effect: z.literal('Deny'), Action: list, Resource: list, Condition: z.unknown() }),
      ]),
    ),
  }),
});

const synthesized = new Synthesized();
const policies = synthesized.all('AWS::IAM::Policy', policyShape);
const roles = synthesized.all('AWS::IAM::Role', z.looseObject({}));
const lambdas = synthesized.all('AWS::Lambda::Function', z.looseObject({ FunctionName: z.string(), Role: z.string() }));
const tableArn = (output: string): string => arn('dynamodb', `table/${z.string().parse(synthesized.output(output))}`);

const queue = (name: string): string => queueArn(`headroom-main-${name}`);

function statementsOf(name: FunctionName) {
  const role = lambdas
    .find(({ FunctionName }) => FunctionName === `headroom-main-${name}`)
    ?.Role.split('/')
    .at(-1);
  return policies
    .filter(({ Roles }) => Roles.some((one) => one === role))
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

/** Each thing that a function may do: an action on a resource. */
function permissionsOf(name: FunctionName): string[] {
  return statementsOf(name)
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap(({ Action, Resource }) => Action.flatMap((action) => Resource.map((resource) => `${action} ${resource}`)))
    .sort();
}

const on = (resource: string, ...actions: string[]): string[] => actions.map((action) => `${action} ${resource}`);

/** What Lambda needs, as the function, to connect it to its subnets. */
const ownInterfaces = [
  ...on(
    arn('ec2', '*/*'),
    'ec2:CreateNetworkInterface',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ),
  ...on('*', 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'),
];

/** What no policy can narrow down: an account's settings and its metrics are not resources. */
const accountLimits = 'lambda:GetAccountSettings *';
const metrics = 'cloudwatch:GetMetricData *';

/** Which resources projects name is not known before: what bounds these stands in resource-grants.test.ts. */
const readingResources = permissionsIn(resourceStatements('reading'));
const changingResources = permissionsIn(resourceStatements('changing'));
/** Channels are made when Headroom runs: topics are bounded by their names, events by the condition on their source. */
const notifying = [`sns:Publish ${arn('sns', 'headroom-alerts*')}`, `events:PutEvents ${arn('events', 'event-bus/*')}`];
const makingAlarms = [
  ...['PutMetricAlarm', 'DeleteAlarms', 'TagResource'].map(
    (action) => `cloudwatch:${action} ${arn('cloudwatch', 'alarm:headroom-main/*')}`,
  ),
  `cloudwatch:DescribeAlarms ${arn('cloudwatch', 'alarm:*')}`,
];
const readingSecrets = permissionsIn(resourceStatements('secrets'));
/** In accounts that are not known before, and that decide by themselves whom they let in. */
const projectRoles = 'sts:AssumeRole arn:aws:iam::*:role/headroom-*';
const ofResources = [...readingResources, ...changingResources, ...readingSecrets];

function allowedBy(name: FunctionName): string[] {
  const {
    tables,
    sends,
    invokes = [],
    readsAccountLimits,
    readsMetrics,
    trigger,
    network,
    ...more
  } = functionDefinition(name);
  const table = tableArn('HistoryTableName');
  const cache = tableArn('CacheTableName');
  const reading = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'];
  const changing = ['dynamodb:UpdateItem', 'dynamodb:DeleteItem'];
  const allowed = [
    ...on(arn('logs', `log-group:/aws/lambda/headroom-main-${name}:*`), 'logs:CreateLogStream', 'logs:PutLogEvents'),
    ...(tables.history === undefined ? [] : on(table, ...reading)),
    ...(tables.history === 'readWrite' ? on(table, ...changing, 'dynamodb:PutItem') : []),
    ...(tables.cache === undefined ? [] : on(cache, ...reading)),
    ...(tables.cache === 'readWrite' ? on(cache, ...changing, 'dynamodb:BatchWriteItem') : []),
    ...(network === 'isolated' ? ownInterfaces : []),
    ...(tables.outbox === undefined ? [] : on(`${table}/index/outbox`, 'dynamodb:Query')),
    ...sends.flatMap((to) => on(queue(to), 'sqs:SendMessage')),
    ...invokes.flatMap((to) => on(functionArn(`headroom-main-${to}`), 'lambda:InvokeFunction')),
    ...(readsAccountLimits ? [accountLimits] : []),
    ...(readsMetrics === undefined ? [] : [metrics]),
    ...(readsMetrics === 'all-accounts' || more.readsConfiguration ? [projectRoles] : []),
    ...(more.readsConfiguration ? readingResources : []),
    ...(more.readsSecrets ? readingSecrets : []),
    ...(more.changesResources ? changingResources : []),
    ...(more.notifies ? notifying : []),
    ...(more.makesAlarms ? makingAlarms : []),
  ];
  if (trigger.kind === 'queue') {
    allowed.push(
      ...on(
        queue(trigger.queue),
        'sqs:ReceiveMessage',
        'sqs:DeleteMessage',
        'sqs:ChangeMessageVisibility',
        'sqs:GetQueueAttributes',
      ),
      ...on(queue(deadLetterQueueOf(trigger.queue)), 'sqs:SendMessage'),
    );
  }
  for (const each of more.allQueues === undefined ? [] : queueNames) {
    const dead = queue(deadLetterQueueOf(each));
    allowed.push(...on(queue(each), 'sqs:GetQueueAttributes'), ...on(dead, 'sqs:GetQueueAttributes'));
    if (more.allQueues === 'count') continue;
    allowed.push(...on(dead, 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility'));
    if (!sends.includes(each)) allowed.push(...on(queue(each), 'sqs:SendMessage'));
  }
  if (more.allQueues !== undefined) {
    const operating = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility'];
    const actions = ['sqs:GetQueueAttributes', ...(more.allQueues === 'operate' ? operating : [])];
    allowed.push(...on(queue('alarm-receiver-undelivered'), ...actions));
  }
  // Lambda itself leaves there, as the function, what failed at every attempt.
  if (trigger.kind === 'topic') allowed.push(...on(queue(`${name}-undelivered`), 'sqs:SendMessage'));
  return allowed.sort();
}

describe('who may do what', () => {
  it.each(functionNames)('%s may do what the contracts say, and nothing else', (name) => {
    expect(permissionsOf(name)).toEqual(allowedBy(name));
  });

  it('is said by policies of the stack alone: one role for each function, none with a managed or inline policy', () => {
    expect(roles).toHaveLength(functionNames.length);
    expect(new Set(lambdas.map(({ Role }) => Role)).size).toBe(functionNames.length);
    for (const role of roles) {
      expect(role).not.toHaveProperty('ManagedPolicyArns');
      expect(role).not.toHaveProperty('Policies');
    }
    const known = new Set(roles.map(({ logicalId }) => logicalId));
    expect(policies.flatMap(({ Roles }) => Roles).filter((role) => !known.has(role))).toEqual([]);
  });

  it('never reaches beyond one named thing: only the streams of a log group, interfaces and the account are a wildcard', () => {
    const wide = functionNames
      .flatMap(permissionsOf)
      .filter(
        (permission) =>
          permission.includes('*') &&
          ![
            ...ownInterfaces,
            accountLimits,
            metrics,
            ...notifying,
            ...makingAlarms,
            ...ofResources,
            projectRoles,
          ].includes(permission),
      )
      .filter((permission) => !/^logs:\w+ arn:aws:logs:[\w-]+:\d+:log-group:[\w/-]+:\*$/.test(permission));
    expect(wide).toEqual([]);
  });

  it('lets Lambda connect isolated functions to their subnets, and forbids their own code to do so', () => {
    for (const name of functionNames) {
      const denied = statementsOf(name).filter(({ Effect }) => Effect === 'Deny');
      if (functionDefinition(name).network === 'public') expect(denied).toEqual([]);
      else {
        expect(denied).toEqual([
          expect.objectContaining({
            Resource: ['*'],
            Condition: { ArnEquals: { 'lambda:SourceFunctionArn': functionArn(`headroom-main-${name}`) } },
          }),
        ]);
        const actions = ownInterfaces.map((permission) => permission.split(' ')[0]);
        expect(denied[0]?.Action.toSorted()).toEqual(actions.toSorted());
      }
    }
  });

  it('gives isolated functions nothing that they could not reach', () => {
    for (const name of functionNames) {
      const { network, sends, invokes, trigger, tables, redis, ...definition } = functionDefinition(name);
      const { readsAccountLimits, readsMetrics, readsConfiguration, readsSecrets, changesResources, notifies } =
        definition;
      const { makesAlarms } = definition;
      if (network === 'public') expect(redis, name).toBeUndefined();
      else {
        expect(sends, name).toEqual([]);
        expect(
          {
            ...{ invokes, readsAccountLimits, readsMetrics, readsConfiguration, readsSecrets, changesResources },
            ...{ notifies, makesAlarms },
          },
          name,
        ).toEqual({});
        // A queue's reader gives messages back by itself, and the endpoint of DynamoDB leads to tables only.
        expect(['http', 'schedule'], name).toContain(trigger.kind);
        expect(tables.outbox, name).toBeUndefined();
      }
    }
  });

  it('lets those who tell of alerts put no events but of their own source', () => {
    const putting = functionNames.filter((name) => functionDefinition(name).notifies);
    expect(putting).toEqual(['alerts-api', 'notifier']);
    for (const name of putting) {
      const statement = statementsOf(name).find(({ Action }) => Action.includes('events:PutEvents'));
      expect(statement).toMatchObject({ Condition: { StringEquals: { 'events:source': 'headroom' } } });
    }
  });

  it('keeps the index of unrelayed messages for the tick', () => {
    const readers = functionNames.filter((name) => permissionsOf(name).some((one) => one.includes('/index/')));
    expect(readers).toEqual(['tick']);
  });

  it('lets who serves caches do with their table what the tier does, and no more', () => {
    const used: Record<keyof DynamoTableClient, string> = {
      getItem: 'dynamodb:GetItem',
      batchGetItem: 'dynamodb:BatchGetItem',
      query: 'dynamodb:Query',
      updateItem: 'dynamodb:UpdateItem',
      deleteItem: 'dynamodb:DeleteItem',
      batchWriteItem: 'dynamodb:BatchWriteItem',
    };
    const table = tableArn('CacheTableName');
    for (const name of functionNames.filter((one) => functionDefinition(one).tables.cache === 'readWrite')) {
      const granted = permissionsOf(name).filter((permission) => permission.endsWith(` ${table}`));
      expect(granted).toEqual(on(table, ...Object.values(used)).sort());
    }
  });

  it('lets nobody write who only reads, and the load worker send to nobody but its own successors', () => {
    expect(permissionsOf('queries-api').join()).not.toMatch(/PutItem|UpdateItem|DeleteItem|BatchWriteItem/);
    const sending = permissionsOf('load-worker').filter((one) => one.startsWith('sqs:SendMessage'));
    expect(sending.sort()).toEqual(
      ['load-work', 'load-work-dead-letters'].map((name) => `sqs:SendMessage ${queue(name)}`),
    );
  });

  it('lets the load controller invoke load workers, and nobody anything else', () => {
    const invoking = functionNames.flatMap((name) =>
      permissionsOf(name)
        .filter((permission) => permission.startsWith('lambda:Invoke') && !ofResources.includes(permission))
        .map((permission) => `${name}: ${permission}`),
    );
    const fleet = ['load-worker', 'artillery-worker'].map((name) => functionArn(`headroom-main-${name}`));
    expect(invoking.sort()).toEqual(fleet.map((arn) => `load-controller: lambda:InvokeFunction ${arn}`).sort());
  });

  it('lets those ask for the limits of the account who start load tests, or say whether one could start', () => {
    const asking = functionNames.filter((name) => permissionsOf(name).includes(accountLimits));
    expect(asking).toEqual([
      'load-api',
      'optimization-api',
      'optimization-worker',
      'checks-api',
      'check-controller',
      'task-worker-high',
      'task-worker',
      'task-worker-low',
    ]);
  });

  it('lets nobody read a queue who is not its consumer', () => {
    for (const name of queueNames) {
      const readers = functionNames.filter((one) => permissionsOf(one).includes(`sqs:ReceiveMessage ${queue(name)}`));
      expect(readers).toHaveLength(1);
      const [reader] = readers;
      expect(reader && functionDefinition(reader).trigger).toMatchObject({ kind: 'queue', queue: name });
    }
  });
});

describe('what the policies of queues and topics say', () => {
  const statement = z.looseObject({
    Effect: z.enum(['Allow', 'Deny']),
    Action: list,
    Principal: z.unknown(),
    Condition: z.unknown(),
    Resource: list,
  });
  const document = z.object({ Statement: z.array(statement) });
  const queuePolicies = synthesized.all(
    'AWS::SQS::QueuePolicy',
    z.looseObject({ Queues: z.array(z.string()), PolicyDocument: document }),
  );
  const queues = synthesized.all('AWS::SQS::Queue', z.looseObject({ QueueName: z.string() }));

  it.each(queues.map(({ QueueName }) => QueueName))('%s refuses what comes without TLS', (name) => {
    const statements = queuePolicies
      .filter(({ Queues }) => Queues.some((url) => url.endsWith(`/${name}`)))
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
    expect(statements).toContainEqual(
      expect.objectContaining({
        Effect: 'Deny',
        Action: ['sqs:*'],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    );
  });

  it('lets in from outside only the topic and the rules, each to its own queue', () => {
    const scheduled = functionNames.filter((name) => functionDefinition(name).trigger.kind === 'schedule');
    const allowed = queuePolicies
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
      .filter(({ Effect }) => Effect === 'Allow')
      .map(({ Action, Principal, Resource, Condition }) => ({ Action, Principal, Resource, Condition }));
    const expected = [
      {
        Action: ['sqs:SendMessage'],
        Principal: { Service: 'sns.amazonaws.com' },
        Resource: [queue('alarm-receiver-undelivered')],
        Condition: { ArnEquals: { 'aws:SourceArn': arn('sns', 'headroom-main-alarms') } },
      },
      ...scheduled.map((name) => ({
        Action: ['sqs:SendMessage'],
        Principal: { Service: 'events.amazonaws.com' },
        Resource: [queue(`${name}-undelivered`)],
        Condition: { ArnEquals: { 'aws:SourceArn': arn('events', `rule/headroom-main-${name}`) } },
      })),
    ];
    expect(allowed).toHaveLength(expected.length);
    expect(allowed).toEqual(expect.arrayContaining(expected));
  });
});
