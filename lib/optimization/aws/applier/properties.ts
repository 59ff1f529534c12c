import { cacheCluster } from './apigateway/cache-cluster.ts';
import { caching } from './apigateway/caching.ts';
import { minimumCompressionSize } from './apigateway/minimum-compression-size.ts';
import { throttling } from './apigateway/throttling.ts';
import { capacity } from './dynamodb/capacity/capacity.ts';
import { tableClass } from './dynamodb/table-class.ts';
import { usageLimits } from './elasticache/usage-limits.ts';
import { batching } from './lambda/batching.ts';
import { maximumConcurrency } from './lambda/maximum-concurrency.ts';
import { memorySize } from './lambda/memory-size.ts';
import { provisionedConcurrency } from './lambda/provisioned/provisioned-concurrency.ts';
import { reservedConcurrency } from './lambda/reserved-concurrency.ts';
import { timeout } from './lambda/timeout.ts';
import type { AwsProperty } from './property.ts';
import { visibilityTimeout } from './sqs/visibility-timeout.ts';

/** All that Headroom can change of AWS resources. */
export const properties: readonly AwsProperty[] = [
  memorySize,
  timeout,
  reservedConcurrency,
  provisionedConcurrency,
  batching,
  maximumConcurrency,
  throttling,
  minimumCompressionSize,
  cacheCluster,
  caching,
  capacity,
  tableClass,
  usageLimits,
  visibilityTimeout,
];
