import { type Profile, type ProfileInput, profile } from '../../contracts/profiles.ts';

/** What `ttlMultiplier` multiplies in namespaces whose service names no TTL. */
export const baseTtlSeconds = 3_600;

/** The one table of what the built-in profiles say: the documentation shows the same. */
const table = {
  balanced: {
    name: 'Balanced',
    description: 'Moderate on all sides: what most services are well served by.',
    rules: {
      autoScaling: { enabled: true, cpuThreshold: 75, memoryThreshold: 80, scaleFactor: 1.5, cooldownSeconds: 300 },
      caching: { ttlMultiplier: 1, memoryLimitMb: 512, earlyRefreshBeta: 1 },
      resourceOptimization: { poolHeadroom: 1.5, trimAtPercent: 85, collectGarbage: false },
      monitoring: { continuousProfiling: false, performanceAlerts: true },
    },
    targetMetrics: { responseTimeMs: 200, cpuPercent: 75, memoryPercent: 80, errorRatePercent: 1 },
  },
  'memory-focused': {
    name: 'Memory-focused',
    description: 'For services that are short of memory: little is held, and it is given up early.',
    rules: {
      autoScaling: { enabled: true, cpuThreshold: 80, memoryThreshold: 65, scaleFactor: 1.25, cooldownSeconds: 300 },
      caching: { ttlMultiplier: 0.5, memoryLimitMb: 64, earlyRefreshBeta: 0 },
      resourceOptimization: { poolHeadroom: 1.1, trimAtPercent: 60, collectGarbage: true },
      monitoring: { continuousProfiling: false, performanceAlerts: true },
    },
    targetMetrics: { responseTimeMs: 500, cpuPercent: 80, memoryPercent: 65, errorRatePercent: 1 },
  },
  'performance-focused': {
    name: 'Performance-focused',
    description: 'For services that are to answer fast, and may take memory and connections for it.',
    rules: {
      autoScaling: { enabled: true, cpuThreshold: 65, memoryThreshold: 85, scaleFactor: 2, cooldownSeconds: 120 },
      caching: { ttlMultiplier: 2, memoryLimitMb: 1_024, earlyRefreshBeta: 2 },
      resourceOptimization: { poolHeadroom: 2, trimAtPercent: 92, collectGarbage: false },
      monitoring: { continuousProfiling: true, performanceAlerts: true },
    },
    targetMetrics: { responseTimeMs: 100, cpuPercent: 65, memoryPercent: 85, errorRatePercent: 0.1 },
  },
} as const satisfies Record<string, ProfileInput>;

export type BuiltInProfileId = keyof typeof table;
export const builtInProfileIds = Object.keys(table) as BuiltInProfileId[];
export const defaultProfileId: BuiltInProfileId = 'balanced';

export const builtInProfiles: ReadonlyMap<string, Profile> = new Map(
  builtInProfileIds.map((id) => [id, profile.parse(table[id])]),
);
