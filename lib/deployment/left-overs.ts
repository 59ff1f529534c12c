import { DeleteAlarmsCommand, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DeleteLogGroupCommand, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  DeleteTableCommand,
  DescribeTableCommand,
  ListTablesCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import { alarmsPrefix } from '../contracts/cloudwatch-alarms.ts';
import type { LeftOver } from '../contracts/deployment.ts';
import { functionNames } from '../contracts/functions.ts';
import { pause } from '../platform/pause.ts';
import type { DeploymentClients } from './clients.ts';
import { stackNameOf } from './stack.ts';

/** What a stage leaves when its stack is gone: tables that are retained, logs that came late, and alarms that it made for projects. */
export async function findLeftOvers(clients: DeploymentClients, stage: string): Promise<LeftOver[]> {
  const [tables, logGroups, alarms] = await Promise.all([
    tablesOf(clients, stage),
    logGroupsOf(clients, stage),
    alarmsOf(clients, stage),
  ]);
  return [
    ...tables.map((name): LeftOver => ({ kind: 'table', name, holdsData: true })),
    ...logGroups.map((name): LeftOver => ({ kind: 'log group', name, holdsData: false })),
    ...alarms.map((name): LeftOver => ({ kind: 'alarm', name, holdsData: false })),
  ];
}

/** CloudFormation names a table by its stack and its logical id. Stages are in small letters, so none begins with another's tables. */
async function tablesOf({ dynamodb }: DeploymentClients, stage: string): Promise<string[]> {
  const prefix = `${stackNameOf(stage)}-Tables`;
  const found: string[] = [];
  let ExclusiveStartTableName: string | undefined;
  do {
    const page = await dynamodb.send(
      new ListTablesCommand(ExclusiveStartTableName === undefined ? {} : { ExclusiveStartTableName }),
    );
    found.push(...(page.TableNames ?? []).filter((name) => name.startsWith(prefix)));
    ExclusiveStartTableName = page.LastEvaluatedTableName;
  } while (ExclusiveStartTableName !== undefined);
  return found;
}

/** By their whole names: `headroom-main-` begins what a stage `main-eu` has, too. */
const logGroupsBelow = (stage: string): Record<string, readonly string[]> => ({
  [`/aws/lambda/headroom-${stage}-`]: functionNames,
  [`/aws/vendedlogs/headroom-${stage}-`]: ['api'],
});

async function logGroupsOf({ logs }: DeploymentClients, stage: string): Promise<string[]> {
  const found: string[] = [];
  for (const [logGroupNamePrefix, own] of Object.entries(logGroupsBelow(stage))) {
    let nextToken: string | undefined;
    do {
      const page = await logs.send(
        new DescribeLogGroupsCommand({ logGroupNamePrefix, ...(nextToken === undefined ? {} : { nextToken }) }),
      );
      const names = (page.logGroups ?? []).flatMap(({ logGroupName }) => logGroupName ?? []);
      found.push(...names.filter((name) => own.includes(name.slice(logGroupNamePrefix.length))));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
  }
  return found;
}

async function alarmsOf({ cloudWatch }: DeploymentClients, stage: string): Promise<string[]> {
  const found: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await cloudWatch.send(
      new DescribeAlarmsCommand({
        AlarmNamePrefix: alarmsPrefix(stage),
        ...(NextToken === undefined ? {} : { NextToken }),
      }),
    );
    found.push(...(page.MetricAlarms ?? []).flatMap(({ AlarmName }) => AlarmName ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return found;
}

/** @throws as AWS answers; what is gone already is no failure */
export async function removeLeftOver(
  clients: DeploymentClients,
  { kind, name }: LeftOver,
  pollMs = 1_000,
): Promise<void> {
  try {
    await removing[kind](clients, name, pollMs);
  } catch (error) {
    if (!(error instanceof Error && error.name.startsWith('ResourceNotFound'))) throw error;
  }
}

const removing: Record<LeftOver['kind'], (clients: DeploymentClients, name: string, pollMs: number) => Promise<void>> =
  {
    'log group': async ({ logs }, logGroupName) => {
      await logs.send(new DeleteLogGroupCommand({ logGroupName }));
    },
    alarm: async ({ cloudWatch }, name) => {
      await cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: [name] }));
    },
    table: async ({ dynamodb }, TableName, pollMs) => {
      const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
      if (Table?.DeletionProtectionEnabled === true) {
        await dynamodb.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }));
        while ((await statusOf(dynamodb, TableName)) !== 'ACTIVE') await pause(pollMs);
      }
      await dynamodb.send(new DeleteTableCommand({ TableName }));
    },
  };

const statusOf = async (dynamodb: DeploymentClients['dynamodb'], TableName: string): Promise<string | undefined> =>
  (await dynamodb.send(new DescribeTableCommand({ TableName }))).Table?.TableStatus;
