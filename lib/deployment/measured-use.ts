import { GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { MeasuredUse } from '../contracts/deployment.ts';
import { functionDefinition, functionNames } from '../contracts/functions.ts';
import { queueNames } from '../contracts/messages.ts';
import { deadLetterQueueOf } from '../contracts/queues.ts';
import type { DeploymentClients } from './clients.ts';

/** Of the sums that are asked for: CloudWatch keeps hours for 15 months. */
const periodSeconds = 3600;
/** In one call. */
const maxQueries = 500;

interface Asked {
  to: keyof Omit<MeasuredUse, 'from' | 'to'>;
  namespace: string;
  metric: string;
  dimensions: Record<string, string>;
  stat: 'Sum' | 'Average';
  /** What one of the metric is of what is summed up. */
  factor: number;
}

export interface MeasuredOf {
  stage: string;
  /** The outputs of the stack that name what is counted. */
  apiId: string;
  historyTable: string;
  cacheTable: string;
  hasRedis: boolean;
}

/** What a stage was used for, as the services themselves counted it. */
export async function measuredUse(
  { cloudWatch }: Pick<DeploymentClients, 'cloudWatch'>,
  of: MeasuredOf,
  { fromMs, toMs }: { fromMs: number; toMs: number },
): Promise<MeasuredUse> {
  const asked = questionsOf(of);
  const use = {
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    apiRequests: 0,
    invocations: 0,
    gbSeconds: 0,
    readUnits: 0,
    writeUnits: 0,
    queueRequests: 0,
    cacheGbHours: 0,
    ecpu: 0,
  };
  for (let first = 0; first < asked.length; first += maxQueries) {
    const batch = asked.slice(first, first + maxQueries);
    let NextToken: string | undefined;
    do {
      const page = await cloudWatch.send(
        new GetMetricDataCommand({
          StartTime: new Date(fromMs),
          EndTime: new Date(toMs),
          MetricDataQueries: batch.map(queryOf),
          ...(NextToken === undefined ? {} : { NextToken }),
        }),
      );
      NextToken = page.NextToken;
      for (const { Id, Values = [] } of page.MetricDataResults ?? []) {
        const question = batch[Number(Id?.slice(1))];
        if (question !== undefined) use[question.to] += question.factor * Values.reduce((sum, value) => sum + value, 0);
      }
    } while (NextToken !== undefined);
  }
  return use;
}

const queryOf = ({ namespace, metric, dimensions, stat }: Asked, index: number): MetricDataQuery => ({
  Id: `q${index}`,
  MetricStat: {
    Metric: {
      Namespace: namespace,
      MetricName: metric,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    },
    Period: periodSeconds,
    Stat: stat,
  },
});

function questionsOf({ stage, apiId, historyTable, cacheTable, hasRedis }: MeasuredOf): Asked[] {
  const sum = (
    to: Asked['to'],
    namespace: string,
    metric: string,
    dimensions: Record<string, string>,
    factor = 1,
  ): Asked => ({
    to,
    namespace,
    metric,
    dimensions,
    stat: 'Sum',
    factor,
  });
  const resource = (name: string): string => `headroom-${stage}-${name}`;
  return [
    sum('apiRequests', 'AWS/ApiGateway', 'Count', { ApiId: apiId }),
    ...functionNames.flatMap((name) => {
      const dimensions = { FunctionName: resource(name) };
      const gbPerMs = functionDefinition(name).memoryMb / 1024 / 1000;
      return [
        sum('invocations', 'AWS/Lambda', 'Invocations', dimensions),
        sum('gbSeconds', 'AWS/Lambda', 'Duration', dimensions, gbPerMs),
      ];
    }),
    ...[historyTable, cacheTable].flatMap((TableName) => [
      sum('readUnits', 'AWS/DynamoDB', 'ConsumedReadCapacityUnits', { TableName }),
      sum('writeUnits', 'AWS/DynamoDB', 'ConsumedWriteCapacityUnits', { TableName }),
    ]),
    // A message is sent, received and deleted; what was received in vain is a request too.
    ...queueNames
      .flatMap((name) => [name, deadLetterQueueOf(name)])
      .flatMap((name) =>
        ['NumberOfMessagesSent', 'NumberOfMessagesReceived', 'NumberOfMessagesDeleted', 'NumberOfEmptyReceives'].map(
          (metric) => sum('queueRequests', 'AWS/SQS', metric, { QueueName: resource(name) }),
        ),
      ),
    ...(hasRedis
      ? [
          sum('ecpu', 'AWS/ElastiCache', 'ElastiCacheProcessingUnits', { clusterId: resource('cache') }),
          {
            ...sum('cacheGbHours', 'AWS/ElastiCache', 'BytesUsedForCache', { clusterId: resource('cache') }, 1e-9),
            stat: 'Average' as const,
          },
        ]
      : []),
  ];
}
