import type { CacheConfiguration } from '../../aws/configuration/model.ts';
import { type AwsRule, awsChange, evidenceOf } from './rule.ts';

const megabytesPerGb = 1_024;
/** Of what was used: a limit is for what goes wrong. */
const times = 3;
const leastEcpu = 1_000;
const mostEcpu = 15_000_000;

/** A serverless cache that nothing bounds, and whose bill a loop could run up; or one that is throttled at its limit. */
export const cacheLimits: AwsRule = {
  name: 'cache-limits',
  optimizationId: 'resource_optimization',
  examine: (view) =>
    view.configuration.caches.flatMap((cache) => {
      if (cache.kind !== 'serverless') return [];
      const found = view.figures?.caches.find(({ name }) => name === cache.name);
      const seconds = (Date.parse(view.to) - Date.parse(view.from)) / 1_000;
      const perSecond = found?.processingUnits === undefined ? undefined : found.processingUnits / seconds;
      const throttled = found?.throttledCommands ?? 0;
      const wanted = wantedLimits(cache, found?.maxUsedMb, perSecond, throttled);
      if (wanted === undefined) return [];
      const { name, maxDataGb = null, maxEcpuPerSecond = null } = cache;
      return [
        {
          service: 'elasticache' as const,
          resource: name,
          name: throttled > 0 ? `Let ${name} do more` : `Bound what ${name} may cost`,
          description:
            throttled > 0
              ? `${throttled} commands of ${name} were throttled at its limit of ${maxEcpuPerSecond} units a second.`
              : `${name} grows with whatever is put into it, and so does its bill. At a limit on data it evicts what expires, and at one on units it throttles: both lie ${times} times above what was used, or higher.`,
          changes: [awsChange('elasticache', name, 'usageLimits', { maxDataGb, maxEcpuPerSecond }, wanted)],
          risk: 'medium' as const,
          requiresRestart: false,
          reversible: true,
          evidence: [
            evidenceOf(view, 'cache.limits', name, {
              maxUsedMb: found?.maxUsedMb,
              processingUnits: found?.processingUnits,
              throttledCommands: found?.throttledCommands,
              maxDataGb: cache.maxDataGb,
              maxEcpuPerSecond: cache.maxEcpuPerSecond,
            }),
          ],
        },
      ];
    }),
};

function wantedLimits(
  { maxDataGb, maxEcpuPerSecond }: CacheConfiguration,
  usedMb: number | undefined,
  perSecond: number | undefined,
  throttled: number,
): { maxDataGb: number | null; maxEcpuPerSecond: number | null } | undefined {
  if (throttled > 0 && maxEcpuPerSecond !== undefined) {
    return { maxDataGb: maxDataGb ?? null, maxEcpuPerSecond: Math.min(mostEcpu, maxEcpuPerSecond * 2) };
  }
  const isUnbounded = maxDataGb === undefined && maxEcpuPerSecond === undefined;
  // In the mean over a day: at a peak it may be tenfold.
  if (!isUnbounded || usedMb === undefined || perSecond === undefined) return undefined;
  return {
    maxDataGb: Math.max(1, Math.ceil((usedMb * times) / megabytesPerGb)),
    maxEcpuPerSecond: Math.max(leastEcpu, Math.ceil((perSecond * times * 10) / leastEcpu) * leastEcpu),
  };
}
