import type { DeploymentOptions } from '../contracts/deployment-options.ts';
import { prices } from '../contracts/prices.ts';

const { perGbHour: usdPerGbHour, perMillionEcpu: usdPerMillionEcpu, minimumGb } = prices.elastiCache;
const { hoursAMonth } = prices;

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
