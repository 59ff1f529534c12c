import type { OptimizationModule } from '../../module.ts';
import { compression } from './compression.ts';
import { concurrencyLimit } from './concurrency-limit.ts';
import { keepAlive } from './keep-alive.ts';
import { memoryTrimming } from './memory-trimming.ts';
import { poolSize } from './pool-size.ts';
import { responseCaching } from './response-caching.ts';
import { sampling } from './sampling.ts';
import { ttl } from './ttl.ts';

/** What changes in a running service that has the SDK, by its live settings. */
export const inServiceModules: readonly OptimizationModule[] = [
  responseCaching,
  ttl,
  compression,
  poolSize,
  concurrencyLimit,
  keepAlive,
  sampling,
  memoryTrimming,
];
