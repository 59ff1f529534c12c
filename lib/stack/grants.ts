import { ArnFormat, Stack, Validations } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Effect, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { eventSource } from '../contracts/alerts.ts';
import { alarmsPrefix } from '../contracts/cloudwatch-alarms.ts';
import type { TopicName } from '../contracts/function-definition.ts';
import {
  alarmsTopicVariable,
  cacheTableVariable,
  deadLetterVariable,
  functionVariable,
  historyTableVariable,
  queueVariable,
  type RedisMode,
  redisModeVariable,
  redisVariable,
} from '../contracts/function-variables.ts';
import type { FunctionName } from '../contracts/functions.ts';
import type { QueueName } from '../contracts/messages.ts';
import { historyTable } from '../platform/table/schema.ts';
import { resourceName } from './naming.ts';
import type { QueuePair } from './queues.ts';

/**
 * A grant gives a function the permission and the environment variable together, so that neither comes without the
 * other. The actions are the ones that the platform uses, and no more.
 */
const reading = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'] as const;
const changing = ['dynamodb:UpdateItem', 'dynamodb:DeleteItem'] as const;

export const tableActions = {
  history: { read: reading, readWrite: [...reading, ...changing, 'dynamodb:PutItem'] },
  // What replaces nothing (chunks, members) is put in batches; all else is an update with a condition.
  cache: { read: reading, readWrite: [...reading, ...changing, 'dynamodb:BatchWriteItem'] },
} as const;

const allow = (to: LambdaFunction, actions: readonly string[], resource: string): void =>
  to.addToRolePolicy(new PolicyStatement({ actions: [...actions], resources: [resource] }));

export function grantHistory(to: LambdaFunction, table: TableV2, access: 'read' | 'readWrite'): void {
  to.addEnvironment(historyTableVariable, table.tableName);
  allow(to, tableActions.history[access], table.tableArn);
}

export function grantCache(to: LambdaFunction, table: TableV2, access: 'read' | 'readWrite'): void {
  to.addEnvironment(cacheTableVariable, table.tableName);
  allow(to, tableActions.cache[access], table.tableArn);
}

/** Redis asks who comes from where, not who: what lets a function in is the security group that it runs in. */
export function grantRedis(to: LambdaFunction, url: string): void {
  const mode: RedisMode = 'cluster';
  to.addEnvironment(redisVariable, url);
  to.addEnvironment(redisModeVariable, mode);
}

const interfaceActions = {
  attach: [
    'ec2:CreateNetworkInterface',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ],
  release: ['ec2:DeleteNetworkInterface'],
} as const;
const interfaceQueries = ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'];

/**
 * Lambda connects a function to its subnets, and later takes the connection down, as the function. A function that left
 * the subnets keeps the leave to do the latter: its interfaces would otherwise stay, and the subnets with them. Its own
 * code may do neither.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
 */
export function grantNetwork(role: Role, functionName: string, task: keyof typeof interfaceActions): void {
  const arn = (service: string, resource: string) => Stack.of(role).formatArn({ service, resource });
  role.addToPolicy(new PolicyStatement({ actions: [...interfaceActions[task]], resources: [arn('ec2', '*/*')] }));
  // These know no resources.
  role.addToPolicy(new PolicyStatement({ actions: interfaceQueries, resources: ['*'] }));
  role.addToPolicy(
    new PolicyStatement({
      effect: Effect.DENY,
      actions: [...interfaceActions.attach, ...interfaceQueries],
      resources: ['*'],
      conditions: { ArnEquals: { 'lambda:SourceFunctionArn': arn('lambda', `function:${functionName}`) } },
    }),
  );
  for (const resource of ['*', 'arn:<AWS::Partition>:ec2:<AWS::Region>:<AWS::AccountId>:*/*']) {
    Validations.of(role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${resource}]`,
      reason: 'Lambda names the interfaces that it makes for a function, and needs leave for all; the code has none.',
    });
  }
}

/** The index tells where messages wait; what they say is in the table, which the function must have been granted. */
export function grantOutbox(to: LambdaFunction, table: TableV2): void {
  allow(to, ['dynamodb:Query'], `${table.tableArn}/index/${historyTable.outboxIndex.name}`);
}

export function grantSend(to: LambdaFunction, name: QueueName, { queue }: QueuePair): void {
  to.addEnvironment(queueVariable(name), queue.queueUrl);
  allow(to, ['sqs:SendMessage'], queue.queueArn);
}

/** By its name and not by its resource: functions that invoke each other would otherwise each have to stand first. */
export function grantInvoke(to: LambdaFunction, name: FunctionName, deployedName: string): void {
  to.addEnvironment(functionVariable(name), deployedName);
  allow(
    to,
    ['lambda:InvokeFunction'],
    Stack.of(to).formatArn({ service: 'lambda', resource: `function:${deployedName}` }),
  );
}

export function grantAccountLimits(role: Role): void {
  role.addToPolicy(new PolicyStatement({ actions: ['lambda:GetAccountSettings'], resources: ['*'] }));
  Validations.of(role).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'The settings of an account are no resource that a policy could name; they can only be read.',
  });
}

export function grantMetrics(role: Role): void {
  role.addToPolicy(new PolicyStatement({ actions: ['cloudwatch:GetMetricData'], resources: ['*'] }));
  Validations.of(role).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'Metrics are no resources that a policy could name; they can only be read.',
  });
}

/** Alarms of projects go by their name; those of the stack, and of everybody else, are out of reach. */
export function grantAlarms(to: LambdaFunction, role: Role, stage: string): void {
  const stack = Stack.of(role);
  const named = (name: string): string =>
    stack.formatArn({ service: 'cloudwatch', resource: `alarm:${name}`, arnFormat: ArnFormat.NO_RESOURCE_NAME });
  const ofProjects = `${alarmsPrefix(stage)}*`;
  role.addToPolicy(
    new PolicyStatement({
      actions: ['cloudwatch:PutMetricAlarm', 'cloudwatch:DeleteAlarms', 'cloudwatch:TagResource'],
      resources: [named(ofProjects)],
    }),
  );
  role.addToPolicy(new PolicyStatement({ actions: ['cloudwatch:DescribeAlarms'], resources: [named('*')] }));
  // By its name, since the topic stands on the functions.
  const topic = stack.formatArn({ service: 'sns', resource: resourceName(stage, 'alarms') });
  to.addEnvironment(alarmsTopicVariable, topic);
  for (const name of [ofProjects, '*']) {
    Validations.of(role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:cloudwatch:<AWS::Region>:<AWS::AccountId>:alarm:${name}]`,
      reason: 'Alarms are made while Headroom runs, under names of its own; DescribeAlarms knows no names.',
    });
  }
}

/** Which topics and buses channels name is not known before: topics are bounded by how they are called, events by who they are from. */
export function grantNotifying(role: Role): void {
  const stack = Stack.of(role);
  const topics = 'headroom-alerts*';
  role.addToPolicy(
    new PolicyStatement({
      actions: ['sns:Publish'],
      resources: [stack.formatArn({ service: 'sns', resource: topics })],
    }),
  );
  role.addToPolicy(
    new PolicyStatement({
      actions: ['events:PutEvents'],
      resources: [stack.formatArn({ service: 'events', resource: 'event-bus/*' })],
      conditions: { StringEquals: { 'events:source': eventSource } },
    }),
  );
  for (const part of [
    `sns:<AWS::Region>:<AWS::AccountId>:${topics}`,
    'events:<AWS::Region>:<AWS::AccountId>:event-bus/*',
  ]) {
    Validations.of(role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:${part}]`,
      reason: 'Channels are made when Headroom runs; what may be told, and where, is bounded by name and by source.',
    });
  }
}

/** To read a queue, to put off what failed, and to bury at once what cannot be read. */
export function grantConsume(to: LambdaFunction, name: QueueName, { queue, deadLetters }: QueuePair): void {
  to.addEnvironment(queueVariable(name), queue.queueUrl);
  to.addEnvironment(deadLetterVariable(name), deadLetters.queueUrl);
  allow(
    to,
    ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes'],
    queue.queueArn,
  );
  allow(to, ['sqs:SendMessage'], deadLetters.queueArn);
}

/** How many messages a queue holds, and its dead-letter queue. */
export function grantCount(to: LambdaFunction, name: QueueName, { queue, deadLetters }: QueuePair): void {
  to.addEnvironment(queueVariable(name), queue.queueUrl);
  to.addEnvironment(deadLetterVariable(name), deadLetters.queueUrl);
  for (const { queueArn } of [queue, deadLetters]) allow(to, ['sqs:GetQueueAttributes'], queueArn);
}

const handlingDeadLetters = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility'] as const;

/** To look at dead letters, and to send them on to where they came from, or discard them. */
export function grantDeadLetters(to: LambdaFunction, { queue, deadLetters }: QueuePair): void {
  allow(to, handlingDeadLetters, deadLetters.queueArn);
  allow(to, ['sqs:SendMessage'], queue.queueArn);
}

/** The same of what the function of a topic could not take: there is no queue that it could go back to. */
export function grantUndelivered(
  to: LambdaFunction,
  topic: TopicName,
  undelivered: Queue,
  may: 'count' | 'operate',
): void {
  to.addEnvironment(deadLetterVariable(topic), undelivered.queueUrl);
  allow(to, ['sqs:GetQueueAttributes', ...(may === 'operate' ? handlingDeadLetters : [])], undelivered.queueArn);
}
