import type { Profile, ProfileRules } from '../../../contracts/profiles.ts';
import { resourceUsageOf } from '../../../telemetry/resources.ts';
import type { OptimizationModule, Proposed } from '../../module.ts';
import type { Situation } from '../../situation.ts';
import { profileEvidence } from './profile-evidence.ts';

const name = 'auto-scaling';
const usualWaiting = 1_000;

export interface ScalingFigures {
  /** In the mean, of all cores. */
  cpuPercent: number;
  /** In the mean, of the limit. */
  memoryPercent: number;
  /** The most requests that one instance answered at once. */
  peakConcurrent: number;
  /** That it may answer at once. Undefined: any number. */
  limit: number | undefined;
}

/**
 * How many requests an instance is to answer at once. Above a threshold it takes fewer, by the factor; where the limit is what
 * holds it back and there is room below the thresholds for the factor, more. Pure.
 * @returns undefined where it stays as it is
 */
export function scaledLimit(
  { cpuThreshold, memoryThreshold, scaleFactor }: ProfileRules['autoScaling'],
  { cpuPercent, memoryPercent, peakConcurrent, limit }: ScalingFigures,
): number | undefined {
  if (cpuPercent > cpuThreshold || memoryPercent > memoryThreshold) {
    const fewer = Math.max(1, Math.floor(Math.min(limit ?? peakConcurrent, peakConcurrent) / scaleFactor));
    return limit === undefined || fewer < limit ? fewer : undefined;
  }
  const hasRoom = cpuPercent * scaleFactor <= cpuThreshold && memoryPercent <= memoryThreshold;
  if (limit === undefined || peakConcurrent < limit || !hasRoom) return undefined;
  return Math.ceil(limit * scaleFactor);
}

/** Holds each instance within what its processor and memory bear, one step at a time. */
export const autoScaling = (profile: Profile): OptimizationModule => ({
  name,
  optimizationId: 'resource_optimization',
  plan: (situation) => planned(profile, situation),
});

function planned(profile: Profile, situation: Situation): Proposed[] {
  const rules = profile.rules.autoScaling;
  const { telemetry, settings, period, lastChangedAt } = situation;
  const last = lastChangedAt?.get(name);
  const isCooling = last !== undefined && period.to - last < rules.cooldownSeconds * 1_000;
  const usage = resourceUsageOf(telemetry.resources);
  const { peakConcurrentRequests } = telemetry.traffic;
  if (!rules.enabled || isCooling || usage === undefined || peakConcurrentRequests === undefined) return [];
  const figures: ScalingFigures = {
    cpuPercent: usage.avgCpuPercent,
    memoryPercent: usage.avgMemoryPercent,
    peakConcurrent: Math.ceil(peakConcurrentRequests / Math.max(1, telemetry.instanceCount)),
    limit: settings.concurrency?.maxRequests,
  };
  const maxRequests = scaledLimit(rules, figures);
  if (maxRequests === undefined) return [];
  const { cpuPercent, memoryPercent, peakConcurrent, limit } = figures;
  return [
    {
      name: 'Concurrency within what the instances bear',
      description: `Each instance answers ${maxRequests} requests at once instead of ${limit ?? `up to ${peakConcurrent}`}, at ${cpuPercent} % of its cores and ${memoryPercent} % of its memory; others wait.`,
      changes: [
        {
          kind: 'setting',
          setting: 'concurrency',
          before: settings.concurrency ?? null,
          after: { maxRequests, maxWaiting: settings.concurrency?.maxWaiting ?? usualWaiting },
        },
      ],
      risk: 'medium',
      requiresRestart: false,
      reversible: true,
      evidence: [
        profileEvidence(profile, 'autoScaling', situation, { cpuPercent, memoryPercent, peakConcurrent, maxRequests }),
      ],
    },
  ];
}
