import type { Project } from '../../../contracts/projects.ts';

/**
 * How the AWS resources of a project are configured: read from the account, or written in a template. `name` is what the project
 * calls it, or its logical id in the template. What is not known is absent.
 */
export interface AwsConfiguration {
  /** ISO 8601 */
  readAt: string;
  lambdas: LambdaConfiguration[];
  apis: ApiConfiguration[];
  tables: TableConfiguration[];
  queues: QueueConfiguration[];
  caches: CacheConfiguration[];
  stack?: StackConfiguration;
  /** What could not be read, in words for people. */
  problems: readonly string[];
}

interface Resource {
  name: string;
  /** It has the tag without which Headroom changes nothing of it. */
  isManaged: boolean;
}

export interface LambdaConfiguration extends Resource {
  functionName: string;
  memoryMb: number;
  timeoutSeconds: number;
  architecture: 'x86_64' | 'arm64';
  packageType: 'Zip' | 'Image';
  /** Absent of images. */
  runtime?: string;
  /** Of the package, compressed, without layers. */
  codeBytes?: number;
  layers: { name: string; bytes?: number }[];
  hasSnapStart: boolean;
  /** Absent: it shares what the account has. */
  reservedConcurrency?: number;
  /** Absent: not known. */
  aliases?: AliasConfiguration[];
  eventSources: EventSourceConfiguration[];
  /** Absent: there is none yet, or it is not known. */
  logs?: LogConfiguration;
  /** What its invocations reported in its log. */
  reports?: InvocationFigures;
}

export interface AliasConfiguration {
  name: string;
  version: string;
  provisionedConcurrency?: number;
}

export interface EventSourceConfiguration {
  id: string;
  /** Absent: it is not read from a queue or a stream that has one. */
  sourceArn?: string;
  kind: 'sqs' | 'stream' | 'other';
  isFifo: boolean;
  batchSize?: number;
  batchingWindowSeconds?: number;
  maximumConcurrency?: number;
  isEnabled: boolean;
}

export interface LogConfiguration {
  group: string;
  /** Absent: forever. */
  retentionDays?: number;
  storedBytes?: number;
}

/** Of the latest invocations whose REPORT lines were read. Cold ones are in `coldStarts` and in the memory, not in the durations. */
export interface InvocationFigures {
  invocations: number;
  coldStarts: number;
  memoryMb: number;
  maxMemoryUsedMb: number;
  p50DurationMs?: number;
  p99DurationMs?: number;
  maxDurationMs?: number;
  p50InitMs?: number;
  timeouts: number;
}

export interface ApiConfiguration extends Resource {
  kind: 'rest' | 'http';
  id: string;
  /** Of REST APIs: answers are compressed from this size on; absent: never. */
  minimumCompressionBytes?: number;
  stages: StageConfiguration[];
}

export interface StageConfiguration {
  name: string;
  /** Of all routes together unless they have their own; absent: what the account allows. */
  rateLimit?: number;
  burstLimit?: number;
  /** Of REST APIs. */
  cacheSizeGb?: number;
  isCaching?: boolean;
  cacheTtlSeconds?: number;
}

export interface CapacityUnits {
  read: number;
  write: number;
}

export interface ScalingRange {
  min: number;
  max: number;
  /** Of the provisioned units. */
  targetPercent?: number;
}

export interface TableConfiguration extends Resource {
  tableName: string;
  billingMode: 'on-demand' | 'provisioned';
  provisioned?: CapacityUnits;
  tableClass: 'STANDARD' | 'STANDARD_INFREQUENT_ACCESS';
  /** Absent: it was never another one. */
  tableClassSince?: string;
  sizeBytes?: number;
  indexes: { name: string; provisioned?: CapacityUnits }[];
  /** Of a table that is paid by request: what would be in force otherwise. Absent: not known. */
  autoScaling?: { read?: ScalingRange; write?: ScalingRange };
}

export interface QueueConfiguration extends Resource {
  arn: string;
  visibilityTimeoutSeconds: number;
  isFifo: boolean;
  /** Absent: there is no dead-letter queue. */
  maxReceives?: number;
}

export interface CacheConfiguration extends Resource {
  kind: 'serverless' | 'nodes';
  engine: string;
  /** Of serverless ones. Absent: up to what AWS allows. */
  maxDataGb?: number;
  maxEcpuPerSecond?: number;
  nodeType?: string;
}

export interface StackConfiguration {
  name: string;
  members: { logicalId: string; type: string; physicalId: string }[];
}

/** The stack that a project names. Undefined: it names none, or it cannot be read. */
export type StackOf = (project: Pick<Project, 'resources'>) => Promise<StackConfiguration | undefined>;
