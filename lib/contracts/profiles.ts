import { z } from 'zod';
import { cachePolicy } from './cache-policy.ts';
import { liveSettings } from './live-settings.ts';
import { displayText, percent, projectName, timestamp } from './names.ts';
import { projectSettings } from './projects.ts';
import { strictNamed } from './strict-named.ts';

export const profileId = z
  .string()
  .regex(/^[a-z0-9-]{1,40}$/, 'must be 1 to 40 characters of a-z, 0-9 and -')
  .meta({ id: 'ProfileId', example: 'performance-focused' });

const usage = z.number().gt(0).lt(100);

const autoScaling = strictNamed({
  enabled: z
    .boolean()
    .default(false)
    .describe('Whether concurrency may be changed: live limits, and that of functions'),
  cpuThreshold: usage.default(80).describe('Above this percentage of all cores there is too little'),
  memoryThreshold: usage.default(85).describe('Likewise, of the memory limit'),
  scaleFactor: z.number().gt(1).max(4).default(1.5).describe('By how much in one step, up or down'),
  cooldownSeconds: z.int().min(0).max(86_400).default(300).describe('Between two steps'),
});

const caching = strictNamed({
  strategy: cachePolicy.shape.strategy
    .removeDefault()
    .optional()
    .describe('Of the project’s namespaces. Absent: each keeps its own'),
  cacheTemplates: z.boolean().default(true).describe('Whether answers of pages may be cached'),
  cacheStaticAssets: z.boolean().default(true).describe('Likewise, of scripts, styles, fonts and images'),
  cacheApiResponses: z.boolean().default(true).describe('Likewise, of everything else'),
  ttlMultiplier: liveSettings.shape.ttlMultiplier
    .unwrap()
    .optional()
    .describe(
      'Of the TTLs of caches made by the SDK, and of the base TTL of one hour of namespaces. Absent: they stay as they are',
    ),
  memoryLimitMb: cachePolicy.shape.memoryLimitMb
    .removeDefault()
    .optional()
    .describe('Of tier 1 of each namespace and cache'),
  earlyRefreshBeta: z.number().min(0).max(100).optional().describe('Above 1: entries are loaded anew earlier'),
});

const resourceOptimization = strictNamed({
  compressImages: z.boolean().default(true).describe('Whether large images are named'),
  minifyAssets: z.boolean().default(true).describe('Whether large scripts and styles are named'),
  optimizeQueries: z.boolean().default(true).describe('Whether indexes may be planned'),
  connectionPooling: z.boolean().default(true).describe('Whether sizes of pools may be changed'),
  poolHeadroom: z
    .number()
    .min(1)
    .max(10)
    .optional()
    .describe(
      'The size of a pool, over the most connections of it that were in use at once. Absent: only pools that are too small grow',
    ),
  trimAtPercent: liveSettings.shape.memory
    .unwrap()
    .shape.trimAtPercent.optional()
    .describe('Of the memory limit: caches give up what they hold'),
  collectGarbage: z.boolean().optional().describe('After trimming, where the process allows it'),
});

const monitoring = strictNamed({
  continuousProfiling: z.boolean().optional().describe('Whether many slow requests are kept whole, and told of often'),
  performanceAlerts: z.boolean().optional().describe('Whether the target metrics become thresholds of the project'),
  autoOptimization: z.boolean().optional().describe('Becomes the switch of that name of the project'),
});

const targetMetrics = strictNamed({
  responseTimeMs: z.number().positive().max(3_600_000).optional().describe('The mean, at most'),
  throughput: z.number().positive().max(1e9).optional().describe('Requests per second, at least'),
  cpuPercent: usage.optional().describe('Of all cores, at most'),
  memoryPercent: usage.optional().describe('Of the memory limit, at most'),
  errorRatePercent: percent.optional().describe('Of requests, at most'),
});
export type TargetMetrics = z.output<typeof targetMetrics>;
export type TargetMetric = keyof TargetMetrics;

/** By which rules a project is optimized, and what is to be reached. What a profile leaves out is as described. */
export const profile = strictNamed({
  name: displayText(100).min(1),
  description: displayText(1_000).optional(),
  level: projectSettings.shape.level
    .removeDefault()
    .optional()
    .describe('How much gain a change must show to be kept. Absent: as the project says'),
  rules: strictNamed({
    autoScaling: autoScaling.prefault({}),
    caching: caching.prefault({}),
    resourceOptimization: resourceOptimization.prefault({}),
    monitoring: monitoring.prefault({}),
  }).prefault({}),
  targetMetrics: targetMetrics.default({}),
}).meta({ id: 'Profile' });
export type Profile = z.output<typeof profile>;
export type ProfileInput = z.input<typeof profile>;
export type ProfileRules = Profile['rules'];

export const storedProfile = profile
  .extend({
    profileId,
    builtIn: z.boolean().describe('Built-in profiles cannot be changed or deleted'),
    createdAt: timestamp.optional().describe('Absent: built in'),
    updatedAt: timestamp.optional(),
  })
  .meta({ id: 'StoredProfile' });
export type ShownProfile = z.output<typeof storedProfile>;

/** How what was measured stands to one target. */
export const targetOutcome = z.object({
  metric: z.enum(Object.keys(targetMetrics.shape) as [TargetMetric, ...TargetMetric[]]),
  target: z.number(),
  before: z.number().optional().describe('Before anything was changed; absent likewise'),
  measured: z.number().optional().describe('Absent: it was not measured'),
  isMet: z.boolean().optional().describe('Absent likewise'),
});
export type TargetOutcome = z.output<typeof targetOutcome>;

export const profileChoice = z.strictObject({ profileId }).meta({ id: 'ProfileChoice' });

/** The profile that a project goes by. */
export const projectProfile = z
  .object({
    project: projectName,
    profileId,
    chosenAt: timestamp
      .optional()
      .describe('Absent: none was chosen. `balanced` is shown, and runs go by no profile unless they name one'),
    profile: storedProfile,
    effects: z
      .array(z.object({ rule: z.string(), value: z.string(), effect: z.string() }))
      .describe('What each rule comes to'),
    apply: z.string().describe('How to put it in force: the choice alone changes nothing in the service'),
  })
  .meta({ id: 'ProjectProfile' });
export type ProjectProfile = z.output<typeof projectProfile>;
