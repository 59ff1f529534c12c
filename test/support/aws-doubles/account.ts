import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { ApiGatewayV2Client } from '@aws-sdk/client-apigatewayv2';
import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ElastiCacheClient } from '@aws-sdk/client-elasticache';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SQSClient } from '@aws-sdk/client-sqs';
import { startQueues } from '../../../lib/local/emulators/queues.ts';
import type { AwsClients } from '../../../lib/optimization/aws/clients.ts';
import { startTestDynamoDb } from '../history-table.ts';
import { startAutoScalingDouble } from './auto-scaling.ts';
import { startCloudFormationDouble } from './cloudformation.ts';
import type { Call } from './double.ts';
import { startElastiCacheDouble } from './elasticache.ts';
import { startHttpApisDouble } from './http-apis.ts';
import { startLambdaDouble } from './lambda.ts';
import { startLogsDouble } from './logs.ts';
import { startRestApisDouble } from './rest-apis.ts';

/** Fast to give up: what a test wants to fail must not be waited for. */
const clientOptions = (endpoint: string) => ({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  maxAttempts: 1,
});

/** An AWS account on this machine: doubles of seven services, the emulators of DynamoDB and SQS, and AWS's own clients of all. */
export async function startAccount() {
  const dataDir = mkdtempSync(join(tmpdir(), 'headroom-account-'));
  const [lambda, restApis, httpApis, autoScaling, elastiCache, cloudFormation, logs, dynamodb, queues] =
    await Promise.all([
      startLambdaDouble(),
      startRestApisDouble(),
      startHttpApisDouble(),
      startAutoScalingDouble(),
      startElastiCacheDouble(),
      startCloudFormationDouble(),
      startLogsDouble(),
      startTestDynamoDb(),
      startQueues({ dataDir }),
    ]);
  const doubles = [lambda, restApis, httpApis, autoScaling, elastiCache, cloudFormation, logs].map(
    ({ double }) => double,
  );
  const clients: AwsClients = {
    lambda: new LambdaClient(clientOptions(lambda.double.endpoint)),
    apiGateway: new APIGatewayClient(clientOptions(restApis.double.endpoint)),
    apiGatewayV2: new ApiGatewayV2Client(clientOptions(httpApis.double.endpoint)),
    autoScaling: new ApplicationAutoScalingClient(clientOptions(autoScaling.double.endpoint)),
    elastiCache: new ElastiCacheClient(clientOptions(elastiCache.double.endpoint)),
    cloudFormation: new CloudFormationClient(clientOptions(cloudFormation.double.endpoint)),
    logs: new CloudWatchLogsClient(clientOptions(logs.double.endpoint)),
    dynamodb: new DynamoDBClient(clientOptions(dynamodb.endpoint)),
    sqs: new SQSClient(clientOptions(queues.endpoint)),
  };
  const cut: Cut = { afterCalls: Number.POSITIVE_INFINITY };
  for (const client of Object.values(clients)) cutting(client, cut);
  const doubled = [lambda, restApis, httpApis, autoScaling, elastiCache];
  const changes: Call[] = [];
  // Of the emulators, what the clients send; of the doubles, what these understood.
  for (const client of [clients.dynamodb, clients.sqs]) hearing(client, (call) => changes.push(call));
  for (const { double } of doubled) double.onChange = (call) => changes.push(call);
  return {
    clients,
    /** All calls that were to change something, in order, whichever service heard them. */
    changes,
    /** So many changes are still made; the answer to the last one is lost, and whoever asked is gone. `resume` begins anew. */
    cutOff(afterCalls: number): void {
      cut.afterCalls = afterCalls;
    },
    resume(): void {
      cut.afterCalls = Number.POSITIVE_INFINITY;
    },
    dynamodb,
    lambda,
    restApis,
    httpApis,
    autoScaling,
    elastiCache,
    cloudFormation,
    logs,
    /** The account is as it was when it was opened. */
    clear(): void {
      for (const double of doubles) double.forget();
      changes.length = 0;
      cut.afterCalls = Number.POSITIVE_INFINITY;
      lambda.state.functions.clear();
      lambda.state.mappings.clear();
      lambda.state.settlesAfter = 1;
      for (const { state } of [restApis, httpApis, autoScaling, cloudFormation, logs]) state.clear();
      elastiCache.state.serverless.clear();
      elastiCache.state.nodes.clear();
    },
    async stop(): Promise<void> {
      for (const client of Object.values(clients)) client.destroy();
      await Promise.all([...doubles.map((double) => double.stop()), dynamodb.stop(), queues.stop()]);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** What a client of any service offers, whose types of commands differ. */
interface AnyClient {
  middlewareStack: { add(middleware: never, options: { step: 'initialize' }): void };
}
type Next = (args: { input: object }) => Promise<unknown>;
type Context = { commandName?: string };

const add = ({ middlewareStack }: AnyClient, middleware: (next: Next, context: Context) => Next): void =>
  middlewareStack.add(middleware as never, { step: 'initialize' });

const operationOf = ({ commandName = '' }: Context): string => commandName.replace(/Command$/, '');
const changesSomething = (operation: string): boolean => !/^(Get|List|Describe|Filter|Create|Tag)/.test(operation);

function hearing(client: AnyClient, heard: (call: Call) => void): void {
  add(client, (next, context) => (args) => {
    const operation = operationOf(context);
    if (changesSomething(operation)) heard({ operation, input: { ...args.input } });
    return next(args);
  });
}

interface Cut {
  afterCalls: number;
}

function cutting(client: AnyClient, cut: Cut): void {
  add(client, (next, context) => async (args) => {
    if (cut.afterCalls === 0) throw new CutOff();
    const answer = await next(args);
    if (changesSomething(operationOf(context)) && --cut.afterCalls === 0) throw new CutOff();
    return answer;
  });
}

class CutOff extends Error {
  override readonly name = 'CutOff';
}

export type Account = Awaited<ReturnType<typeof startAccount>>;

export const managed = { 'headroom:managed': 'true' } as const;
