// Stands in for every function of the platform: keeps what it is invoked with in the table, and does over HTTP what it
// is asked to.
import { getPriority } from 'node:os';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';

const dynamodb = new DynamoDBClient({});
const sqs = new SQSClient({});
const lambda = new LambdaClient({});

export const handler = async (event: APIGatewayProxyEventV2, context: Context): Promise<unknown> => {
  const { functionName, awsRequestId } = context;
  console.log(`invoked ${functionName}`);
  if (event.version !== '2.0') {
    await dynamodb.send(
      new PutItemCommand({
        TableName: process.env.HISTORY_TABLE,
        Item: { pk: { S: functionName }, sk: { S: awsRequestId }, event: { S: JSON.stringify(event) } },
      }),
    );
    return undefined;
  }
  console.log(JSON.stringify(metricsOf(functionName)));
  const { send, invoke } = event.queryStringParameters ?? {};
  if (send !== undefined) {
    await sqs.send(new SendMessageCommand({ QueueUrl: process.env[send], MessageBody: event.body }));
  }
  if (invoke !== undefined) {
    await lambda.send(new InvokeCommand({ FunctionName: invoke, InvocationType: 'Event', Payload: event.body ?? '' }));
  }
  const remainingMs = context.getRemainingTimeInMillis();
  const { pid, env: environment } = process;
  return { functionName, routeKey: event.routeKey, pid, niceness: getPriority(0), remainingMs, environment };
};

/** A line in the Embedded Metric Format. */
const metricsOf = (functionName: string): object => ({
  _aws: {
    Timestamp: Date.now() - 60_000,
    CloudWatchMetrics: [{ Namespace: 'Probe', Dimensions: [['service']], Metrics: [{ Name: 'Calls', Unit: 'Count' }] }],
  },
  service: functionName,
  Calls: 1,
});
