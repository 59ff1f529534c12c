import { CreateTableCommand, TagResourceCommand } from '@aws-sdk/client-dynamodb';
import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Bottleneck } from '../../../lib/contracts/analysis.ts';
import { AwsApplier } from '../../../lib/optimization/aws/applier/aws-applier.ts';
import { callLimits } from '../../../lib/optimization/aws/configuration/calls.ts';
import { AwsConfigurationReader } from '../../../lib/optimization/aws/configuration/reader.ts';
import { awsModules } from '../../../lib/optimization/modules/aws/rules.ts';
import { type Account, managed, startAccount } from '../../support/aws-doubles/account.ts';
import { restStage } from '../../support/aws-doubles/rest-apis.ts';
import {
  apiFigures,
  awsFigures,
  cacheFigures,
  lambdaFigures,
  tableFigures,
} from '../../support/optimization/aws-view.ts';
import { situationOf } from '../../support/optimization/situation.ts';
import { namingProject, projectOf } from './naming-project.ts';

const now = Date.parse('2026-01-31T12:00:00.000Z');
const queueArn = 'arn:aws:sqs:us-east-1:000000000000:mail';
const resources = {
  lambdas: ['full', 'cold', 'slow', 'reader'],
  apis: ['shop'],
  tables: ['idle', 'steady', 'still', 'archive'],
  queues: ['mail'],
  caches: ['sessions'],
};
let account: Account;

beforeAll(async () => {
  account = await startAccount();
  await prepare(account);
});
afterAll(() => account.stop());

const line = (ms: number, usedMb: number, more = '') =>
  `REPORT RequestId: 1\tDuration: ${ms} ms\tBilled Duration: ${ms} ms\tMemory Size: 512 MB\tMax Memory Used: ${usedMb} MB\t${more}`;

/** An account in which all that Headroom can change is as it should not be. */
async function prepare({ lambda, logs, restApis, elastiCache, clients }: Account): Promise<void> {
  const reported = (name: string, message: string, colds = 0) =>
    logs.state.set(`/aws/lambda/${name}`, {
      storedBytes: 1,
      retentionDays: 7,
      lines: Array.from({ length: 60 }, (_, i) => ({
        atMs: now - 60_000 + i,
        message: i < colds ? `${message}Init Duration: 900 ms` : message,
      })),
    });
  lambda.state.add('full');
  reported('full', line(50, 500));
  lambda.state.add('cold', { aliases: new Map([['live', { version: '1' }]]) });
  reported('cold', line(50, 300), 6);
  lambda.state.add('slow', { timeoutSeconds: 10 });
  reported('slow', line(9_900, 300));
  lambda.state.add('reader', { reservedConcurrency: 10 });
  lambda.state.addMapping('m1', 'reader', { batchSize: 1, sourceArn: queueArn });
  restApis.state.set('shop', {
    id: 'shop',
    name: 'shop',
    tags: managed,
    stages: new Map([['prod', restStage('prod')]]),
  });
  elastiCache.state.serverless.set('sessions', { name: 'sessions', tags: managed, pending: 0 });
  await clients.sqs.send(new CreateQueueCommand({ QueueName: 'mail', tags: managed }));
  const Tags = Object.entries(managed).map(([Key, Value]) => ({ Key, Value }));
  for (const TableName of resources.tables) {
    const units = TableName === 'idle' ? 900 : 20;
    const isOnDemand = TableName === 'steady' || TableName === 'archive';
    const { TableDescription } = await clients.dynamodb.send(
      new CreateTableCommand({
        TableName,
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        BillingMode: isOnDemand ? 'PAY_PER_REQUEST' : 'PROVISIONED',
        ...(isOnDemand ? {} : { ProvisionedThroughput: { ReadCapacityUnits: units, WriteCapacityUnits: units } }),
      }),
    );
    await clients.dynamodb.send(new TagResourceCommand({ ResourceArn: TableDescription?.TableArn, Tags }));
  }
}

const figures = awsFigures({
  lambdas: [
    lambdaFigures({ name: 'cold', invocations: 100_000 }),
    lambdaFigures({ name: 'reader', throttles: 50_000, peakConcurrency: 10 }),
  ],
  apis: [apiFigures()],
  tables: [
    tableFigures({ name: 'idle' }),
    tableFigures({
      name: 'steady',
      consumedReadUnits: 8_640_000,
      consumedWriteUnits: 8_640_000,
      peakReadUnits: 33_000,
      peakWriteUnits: 33_000,
    }),
    tableFigures({ name: 'still', consumedReadUnits: 1_000_000, consumedWriteUnits: 900_000 }),
    tableFigures({ name: 'archive', consumedReadUnits: 1, consumedWriteUnits: 1 }),
  ],
  caches: [cacheFigures()],
});
const repeated: Bottleneck = {
  type: 'missing-cache',
  component: 'GET /products',
  issue: 'GET /products answers the same again and again.',
  performanceImpact: 40,
  evidence: [{ metric: 'x', subject: 'GET /products', from: figures.from, to: figures.to, values: {} }],
  recommendation: 'Cache it.',
};

it('what modules plan is applied, seen in the account, found no more, and taken back to where it was', async () => {
  // However slow the machine is, all is to be read.
  const limits = { ...callLimits, deadlineMs: 120_000 };
  const reader = new AwsConfigurationReader(account.clients, () => now, limits);
  const applier = new AwsApplier(account.clients, namingProject(resources), { pollMs: 1 });
  const read = async () => {
    const aws = await reader.read({ resources });
    // An emulated table holds next to nothing: what DynamoDB would tell of this one's size is put in by hand.
    for (const table of aws.tables) if (table.name === 'archive') table.sizeBytes = 2 ** 30 * 200;
    return aws;
  };
  const plan = (aws: Awaited<ReturnType<typeof read>>) =>
    awsModules.flatMap((module) =>
      module
        .plan(situationOf({ project: projectOf(resources), aws, awsFigures: figures, bottlenecks: [repeated] }))
        .map((proposal) => ({ module: module.name, ...proposal })),
    );

  const before = await read();
  expect(before.problems).toEqual([]);
  const proposals = plan(before).filter(({ changes }) => changes.length > 0);
  expect(new Set(proposals.map(({ module }) => module))).toEqual(
    new Set([
      'lambda-memory',
      'lambda-reserved-concurrency',
      'lambda-provisioned-concurrency',
      'lambda-timeout',
      'lambda-batching',
      'lambda-source-concurrency',
      'queue-visibility',
      'api-throttling',
      'api-compression',
      'api-caching',
      'table-billing-mode',
      'table-class',
      'table-auto-scaling',
      'cache-limits',
    ]),
  );
  // `idle` is both paid wrongly and without auto scaling: the first takes the second away.
  const chosen = proposals.filter(
    ({ module, evidence }) => module !== 'table-auto-scaling' || evidence[0]?.subject === 'still',
  );

  const done = [];
  for (const change of chosen.flatMap(({ changes }) => changes)) {
    if (change.kind !== 'aws') throw new Error('no change of AWS');
    const held = await applier.read('shop', change);
    expect(held.value, change.property).toEqual(change.before);
    const changed = await applier.write('shop', change, change.after, held);
    expect(changed.value, change.property).toEqual(change.after);
    done.push({ change, changed });
  }

  const after = await read();
  const left = plan(after).filter(({ changes }) => changes.length > 0);
  // What was measured before says so still: that it was turned away.
  expect(new Set(left.map(({ module }) => module))).toEqual(new Set(['lambda-reserved-concurrency']));

  for (const { change, changed } of done.reverse()) {
    const back = await applier.write('shop', change, change.before, changed);
    expect(back.value, change.property).toEqual(change.before);
  }
  expect(await read()).toEqual(before);
});
