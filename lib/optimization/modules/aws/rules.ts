import { apiCaching } from './api-caching.ts';
import { apiCompression } from './api-compression.ts';
import { apiThrottling } from './api-throttling.ts';
import { cacheLimits } from './cache-limits.ts';
import { lambdaArchitecture } from './lambda-architecture.ts';
import { lambdaBatching } from './lambda-batching.ts';
import { lambdaLogRetention } from './lambda-log-retention.ts';
import { lambdaMemory } from './lambda-memory.ts';
import { lambdaPackage } from './lambda-package.ts';
import { lambdaProvisionedConcurrency } from './lambda-provisioned-concurrency.ts';
import { lambdaReservedConcurrency } from './lambda-reserved-concurrency.ts';
import { lambdaSnapStart } from './lambda-snap-start.ts';
import { lambdaSourceConcurrency } from './lambda-source-concurrency.ts';
import { lambdaTimeout } from './lambda-timeout.ts';
import { queueVisibility } from './queue-visibility.ts';
import { type AwsRule, awsModule } from './rule.ts';
import { tableAutoScaling } from './table-auto-scaling.ts';
import { tableBillingMode } from './table-billing-mode.ts';
import { tableClass } from './table-class.ts';
import { tableHotPartition } from './table-hot-partition.ts';
import { unreadResources } from './unread-resources.ts';
import { untaggedResources } from './untagged-resources.ts';

/** What there is to say about AWS resources, of an account as of a template. */
export const awsRules: readonly AwsRule[] = [
  lambdaMemory,
  lambdaArchitecture,
  lambdaReservedConcurrency,
  lambdaProvisionedConcurrency,
  lambdaTimeout,
  lambdaPackage,
  lambdaSnapStart,
  lambdaLogRetention,
  lambdaBatching,
  lambdaSourceConcurrency,
  queueVisibility,
  apiThrottling,
  apiCompression,
  apiCaching,
  tableBillingMode,
  tableClass,
  tableAutoScaling,
  tableHotPartition,
  cacheLimits,
];

export const awsModules = [...awsRules.map(awsModule), untaggedResources, unreadResources];
