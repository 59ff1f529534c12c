import type { OptimizationModule } from '../module.ts';
import { awsModules } from './aws/rules.ts';
import { cacheEarlyRefresh, cacheTiers, cacheWarming } from './cache/cache-hot-keys.ts';
import { cacheMaintenance } from './cache/cache-maintenance.ts';
import { cacheMemory } from './cache/cache-memory.ts';
import { cacheTtl } from './cache/cache-ttl.ts';
import { indexModule } from './database/index-module.ts';
import { inServiceModules } from './in-service/in-service.ts';
import { largeAssets } from './responses/large-assets.ts';
import { largeImages } from './responses/large-images.ts';

/** All that Headroom can propose, one line for each kind. */
export const optimizationModules: readonly OptimizationModule[] = [
  ...inServiceModules,
  cacheTtl,
  cacheMemory,
  cacheTiers,
  cacheEarlyRefresh,
  cacheWarming,
  cacheMaintenance,
  indexModule,
  largeImages,
  largeAssets,
  ...awsModules,
];
