import { cacheUses } from '../../../telemetry/cache-figures.ts';
import type { OptimizationModule } from '../../module.ts';
import { live, settingChange } from './setting-change.ts';

/** Before what is called too much. */
const marginPercent = 10;
const bounds = { min: 30, max: 95 };

/** Has caches give up what they hold before memory gets short. Where none of the SDK's caches is in use, there is nothing to give up. */
export const memoryTrimming: OptimizationModule = {
  name: 'memory-trimming',
  optimizationId: 'resource_optimization',
  plan(situation) {
    const { telemetry, bottlenecks, settings, thresholds } = situation;
    const bottleneck = bottlenecks.find(({ type }) => type === 'memory' || type === 'gc');
    // What leaks is not in caches: trimming them would cost their hits, and delay the end by minutes.
    const leaks = bottlenecks.some(({ type }) => type === 'memory-leak');
    if (bottleneck === undefined || leaks || settings.memory !== undefined || cacheUses(telemetry).length === 0)
      return [];
    const wanted = thresholds.memoryPercent.value - marginPercent;
    const trimAtPercent = Math.min(bounds.max, Math.max(bounds.min, wanted));
    return [
      {
        subject: 'memory',
        name: `Trim caches from ${trimAtPercent} % of the memory on`,
        description: `${bottleneck.issue} The service has caches of the SDK: from ${trimAtPercent} % of the heap's or the process's limit on they let go of what is used least, before the processor is busy with collecting garbage or the process is ended.`,
        changes: [settingChange(situation, 'memory', { trimAtPercent, collectGarbage: false })],
        risk: 'medium' as const,
        saves: 'memory' as const,
        ...live,
        evidence: [...bottleneck.evidence],
      },
    ];
  },
};
