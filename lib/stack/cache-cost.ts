import type { DeploymentOptions } from '../contracts/deployment-options.ts';

/** List prices of us-east-1 for Valkey (https://aws.amazon.com/elasticache/pricing/). */
const usdPerGbHour = 0.084;
const usdPerMillionEcpu = 0.0023;
/** Billed at least. */
const minimumGb = 0.1;
const hoursAMonth = 730;

const usd = (amount: number): string => `${amount.toFixed(2)} USD a month`;

/** What tier 2 of caches costs: at rest, and at the limits that bound it. */
export function cacheCost(
  options: Pick<DeploymentOptions, 'cacheTier' | 'redisLimitGb' | 'redisLimitEcpuPerSecond'>,
): string {
  if (options.cacheTier === 'none') return 'No tier 2: nothing';
  const { redisLimitGb, redisLimitEcpuPerSecond } = options;
  const storage = (gb: number): number => gb * usdPerGbHour * hoursAMonth;
  const processing = ((redisLimitEcpuPerSecond * 3600 * hoursAMonth) / 1e6) * usdPerMillionEcpu;
  return [
    `ElastiCache Serverless: ${usd(storage(minimumGb))} at rest`,
    `at its limits ${usd(storage(redisLimitGb))} for ${redisLimitGb} GB and ${usd(processing)} for ${redisLimitEcpuPerSecond} ECPU a second`,
    'its VPC and the endpoint of DynamoDB: nothing',
  ].join('; ');
}
