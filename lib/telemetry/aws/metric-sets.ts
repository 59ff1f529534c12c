import type {
  ApiResource,
  CacheResource,
  LambdaResource,
  QueueResource,
  TableOperation,
  TableResource,
} from '../../contracts/aws-metrics.ts';

/** How a figure comes of what a metric says of single periods. */
export type Over = 'total' | 'highest' | 'latest';

export interface Reading {
  readonly metric: string;
  /** As CloudWatch names it: `Sum`, `Maximum`, `p95`. */
  readonly statistic: string;
  readonly over: Over;
  /** What a unit of CloudWatch's is in the figure's. */
  readonly scale?: number;
}

/** Figures that stand under one namespace and the same dimensions. */
export interface MetricSet<Figure extends string> {
  readonly namespace: string;
  readonly dimensions: (name: string) => Readonly<Record<string, string>>;
  readonly readings: Readonly<Record<Figure, Reading>>;
}

const sum = (metric: string): Reading => ({ metric, statistic: 'Sum', over: 'total' });
const samples = (metric: string): Reading => ({ metric, statistic: 'SampleCount', over: 'total' });
const highest = (metric: string, statistic = 'Maximum', scale = 1): Reading => ({
  metric,
  statistic,
  over: 'highest',
  scale,
});
const latest = (metric: string): Reading => ({ metric, statistic: 'Maximum', over: 'latest' });

/** Names of figures, and of what goes into figures only. */
type Of<Resource, Calculated extends keyof Resource = never, Part extends string = never> =
  | Exclude<keyof Resource & string, 'name' | 'kind' | 'operation' | 'operations' | Calculated>
  | Part;

const megabyte = 2 ** -20;

/** @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html */
export const lambdaSet: MetricSet<
  Of<LambdaResource, 'errorRatePercent' | 'avgDurationMs' | 'maxInitMs', 'durationMs'>
> = {
  namespace: 'AWS/Lambda',
  dimensions: (FunctionName) => ({ FunctionName }),
  readings: {
    invocations: sum('Invocations'),
    errors: sum('Errors'),
    throttles: sum('Throttles'),
    durationMs: sum('Duration'),
    p95DurationMs: highest('Duration', 'p95'),
    maxDurationMs: highest('Duration'),
    peakConcurrency: highest('ConcurrentExecutions'),
  },
};

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Lambda-Insights-metrics.html */
export const lambdaInsightsSet: MetricSet<'maxInitMs'> = {
  namespace: 'LambdaInsights',
  dimensions: (function_name) => ({ function_name }),
  readings: { maxInitMs: highest('init_duration') },
};

type ApiFigure = Of<ApiResource>;
const latencies = {
  requests: samples('Count'),
  p50LatencyMs: highest('Latency', 'p50'),
  p95LatencyMs: highest('Latency', 'p95'),
  p50IntegrationLatencyMs: highest('IntegrationLatency', 'p50'),
  p95IntegrationLatencyMs: highest('IntegrationLatency', 'p95'),
};

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html */
export const httpApiSet: MetricSet<ApiFigure> = {
  namespace: 'AWS/ApiGateway',
  dimensions: (ApiId) => ({ ApiId }),
  readings: { ...latencies, clientErrors: sum('4xx'), serverErrors: sum('5xx') },
};

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html */
export const restApiSet: MetricSet<ApiFigure> = {
  namespace: 'AWS/ApiGateway',
  dimensions: (ApiName) => ({ ApiName }),
  readings: { ...latencies, clientErrors: sum('4XXError'), serverErrors: sum('5XXError') },
};

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html */
export const tableSet: MetricSet<Of<TableResource>> = {
  namespace: 'AWS/DynamoDB',
  dimensions: (TableName) => ({ TableName }),
  readings: {
    consumedReadUnits: sum('ConsumedReadCapacityUnits'),
    consumedWriteUnits: sum('ConsumedWriteCapacityUnits'),
    // Of the same answers: CloudWatch is not asked twice.
    peakReadUnits: highest('ConsumedReadCapacityUnits', 'Sum'),
    peakWriteUnits: highest('ConsumedWriteCapacityUnits', 'Sum'),
    readThrottleEvents: sum('ReadThrottleEvents'),
    writeThrottleEvents: sum('WriteThrottleEvents'),
  },
};

export const tableOperations = [
  'GetItem',
  'Query',
  'Scan',
  'BatchGetItem',
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'BatchWriteItem',
] as const;

export const operationSet = (Operation: string): MetricSet<Of<TableOperation, 'avgLatencyMs', 'latencyMs'>> => ({
  namespace: 'AWS/DynamoDB',
  dimensions: (TableName) => ({ TableName, Operation }),
  readings: {
    requests: samples('SuccessfulRequestLatency'),
    latencyMs: sum('SuccessfulRequestLatency'),
    maxLatencyMs: highest('SuccessfulRequestLatency'),
    throttledRequests: sum('ThrottledRequests'),
  },
});

const cacheReadings = {
  hits: sum('CacheHits'),
  misses: sum('CacheMisses'),
  evictions: sum('Evictions'),
  maxUsedMb: highest('BytesUsedForCache', 'Maximum', megabyte),
};
type CacheFigure = Of<CacheResource, 'hitRatePercent'>;

/** @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/serverless-metrics-events-redis.html */
export const serverlessCacheSet: MetricSet<Exclude<CacheFigure, 'maxCpuPercent' | 'maxMemoryPercent'>> = {
  namespace: 'AWS/ElastiCache',
  dimensions: (clusterId) => ({ clusterId }),
  readings: {
    ...cacheReadings,
    processingUnits: sum('ElastiCacheProcessingUnits'),
    throttledCommands: sum('ThrottledCmds'),
  },
};

/** @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.Redis.html */
export const nodeCacheSet: MetricSet<Exclude<CacheFigure, 'processingUnits' | 'throttledCommands'>> = {
  namespace: 'AWS/ElastiCache',
  dimensions: (CacheClusterId) => ({ CacheClusterId }),
  readings: {
    ...cacheReadings,
    maxCpuPercent: highest('EngineCPUUtilization'),
    maxMemoryPercent: highest('DatabaseMemoryUsagePercentage'),
  },
};

/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html */
export const queueSet: MetricSet<Of<QueueResource>> = {
  namespace: 'AWS/SQS',
  dimensions: (QueueName) => ({ QueueName }),
  readings: {
    maxOldestMessageAgeSeconds: highest('ApproximateAgeOfOldestMessage'),
    visibleMessages: latest('ApproximateNumberOfMessagesVisible'),
    peakVisibleMessages: highest('ApproximateNumberOfMessagesVisible'),
    inFlightMessages: latest('ApproximateNumberOfMessagesNotVisible'),
    sentMessages: sum('NumberOfMessagesSent'),
    receivedMessages: sum('NumberOfMessagesReceived'),
    deletedMessages: sum('NumberOfMessagesDeleted'),
  },
};
