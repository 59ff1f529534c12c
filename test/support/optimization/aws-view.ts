import type {
  ApiResource,
  AwsFigures,
  CacheResource,
  LambdaResource,
  TableResource,
} from '../../../lib/contracts/aws-metrics.ts';
import type {
  ApiConfiguration,
  AwsConfiguration,
  CacheConfiguration,
  InvocationFigures,
  LambdaConfiguration,
  QueueConfiguration,
  TableConfiguration,
} from '../../../lib/optimization/aws/configuration/model.ts';
import type { AwsFinding, AwsRule, AwsView } from '../../../lib/optimization/modules/aws/rule.ts';

const from = '2026-01-30T12:00:00.000Z';
const to = '2026-01-31T12:00:00.000Z';

export const awsConfiguration = (given: Partial<AwsConfiguration> = {}): AwsConfiguration => ({
  readAt: to,
  lambdas: [],
  apis: [],
  tables: [],
  queues: [],
  caches: [],
  problems: [],
  ...given,
});

/** Of one day, in periods of five minutes. */
export const awsFigures = (given: Partial<AwsFigures> = {}): AwsFigures => ({
  timestamp: to,
  from,
  to,
  periodSeconds: 300,
  lambdas: [],
  apis: [],
  tables: [],
  caches: [],
  queues: [],
  problems: [],
  ...given,
});

export const reports = (given: Partial<InvocationFigures> = {}): InvocationFigures => ({
  invocations: 1_000,
  coldStarts: 3,
  memoryMb: 512,
  maxMemoryUsedMb: 330,
  p50DurationMs: 40,
  p99DurationMs: 200,
  maxDurationMs: 900,
  p50InitMs: 180,
  timeouts: 0,
  ...given,
});

/** As it should be: no rule has anything to say about it. */
export const lambdaOf = (given: Partial<LambdaConfiguration> = {}): LambdaConfiguration => ({
  name: 'orders',
  functionName: 'orders',
  isManaged: true,
  memoryMb: 512,
  timeoutSeconds: 10,
  architecture: 'arm64',
  packageType: 'Zip',
  runtime: 'nodejs24.x',
  codeBytes: 1_000_000,
  layers: [],
  hasSnapStart: false,
  aliases: [],
  eventSources: [],
  logs: { group: '/aws/lambda/orders', retentionDays: 30 },
  reports: reports(),
  ...given,
});

export const eventSourceOf = (given = {}): LambdaConfiguration['eventSources'][number] => ({
  id: 'm1',
  kind: 'sqs',
  isFifo: false,
  isEnabled: true,
  sourceArn: 'arn:aws:sqs:us-east-1:123456789012:mail',
  batchSize: 10,
  batchingWindowSeconds: 0,
  ...given,
});

export const queueOf = (given: Partial<QueueConfiguration> = {}): QueueConfiguration => ({
  name: 'mail',
  isManaged: true,
  arn: 'arn:aws:sqs:us-east-1:123456789012:mail',
  visibilityTimeoutSeconds: 60,
  isFifo: false,
  ...given,
});

export const apiOf = (given: Partial<ApiConfiguration> = {}): ApiConfiguration => ({
  name: 'shop',
  isManaged: true,
  kind: 'rest',
  id: 'shop',
  minimumCompressionBytes: 1_024,
  stages: [{ name: 'prod', rateLimit: 500, burstLimit: 1_000, isCaching: false }],
  ...given,
});

export const tableOf = (given: Partial<TableConfiguration> = {}): TableConfiguration => ({
  name: 'orders',
  isManaged: true,
  tableName: 'orders',
  billingMode: 'on-demand',
  tableClass: 'STANDARD',
  sizeBytes: 1_000_000,
  indexes: [],
  autoScaling: {},
  ...given,
});

export const cacheOf = (given: Partial<CacheConfiguration> = {}): CacheConfiguration => ({
  name: 'sessions',
  isManaged: true,
  kind: 'serverless',
  engine: 'valkey',
  maxDataGb: 10,
  maxEcpuPerSecond: 10_000,
  ...given,
});

export const lambdaFigures = (given: Partial<LambdaResource> = {}): LambdaResource => ({
  name: 'orders',
  invocations: 1_000_000,
  errors: 0,
  throttles: 0,
  avgDurationMs: 50,
  peakConcurrency: 10,
  ...given,
});
export const tableFigures = (given: Partial<TableResource> = {}): TableResource => ({
  name: 'orders',
  operations: [],
  consumedReadUnits: 100_000,
  consumedWriteUnits: 10_000,
  ...given,
});
export const apiFigures = (given: Partial<ApiResource> = {}): ApiResource => ({
  name: 'shop',
  requests: 1_000_000,
  ...given,
});
export const cacheFigures = (given: Partial<CacheResource> = {}): CacheResource => ({
  name: 'sessions',
  kind: 'serverless',
  maxUsedMb: 700,
  processingUnits: 86_400 * 40,
  ...given,
});

export interface Seen {
  configuration?: Partial<AwsConfiguration>;
  /** Absent: nothing was measured. */
  figures?: Partial<AwsFigures>;
  bottlenecks?: AwsView['bottlenecks'];
  traffic?: AwsView['traffic'];
}

export const viewOf = ({ configuration, figures, bottlenecks = [], traffic = new Map() }: Seen): AwsView => ({
  configuration: awsConfiguration(configuration),
  bottlenecks,
  traffic,
  from,
  to,
  ...(figures === undefined ? {} : { figures: awsFigures(figures) }),
});

/** What a rule says of it. */
export const examine = (rule: AwsRule, seen: Seen): AwsFinding[] => rule.examine(viewOf(seen));
