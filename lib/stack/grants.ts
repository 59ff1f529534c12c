import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { deadLetterVariable, historyTableVariable, queueVariable } from '../contracts/functions.ts';
import type { QueueName } from '../contracts/messages.ts';
import { historyTable } from '../platform/table/schema.ts';
import type { QueuePair } from './queues.ts';

/**
 * A grant gives a function the permission and the environment variable together, so that neither comes without the
 * other. The actions are the ones that the platform uses, and no more.
 */
const tableActions = {
  read: ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'],
  readWrite: [
    'dynamodb:GetItem',
    'dynamodb:BatchGetItem',
    'dynamodb:Query',
    'dynamodb:PutItem',
    'dynamodb:UpdateItem',
    'dynamodb:DeleteItem',
  ],
} as const;

const allow = (to: LambdaFunction, actions: readonly string[], resource: string): void =>
  to.addToRolePolicy(new PolicyStatement({ actions: [...actions], resources: [resource] }));

export function grantHistory(to: LambdaFunction, table: TableV2, access: 'read' | 'readWrite'): void {
  to.addEnvironment(historyTableVariable, table.tableName);
  allow(to, tableActions[access], table.tableArn);
}

/** The index tells where messages wait; what they say is in the table, which the function must have been granted. */
export function grantOutbox(to: LambdaFunction, table: TableV2): void {
  allow(to, ['dynamodb:Query'], `${table.tableArn}/index/${historyTable.outboxIndex.name}`);
}

export function grantSend(to: LambdaFunction, name: QueueName, { queue }: QueuePair): void {
  to.addEnvironment(queueVariable(name), queue.queueUrl);
  allow(to, ['sqs:SendMessage'], queue.queueArn);
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
