import { z } from 'zod';
import { cachePolicy } from './cache-policy.ts';
import { displayName, timestamp } from './names.ts';

/** `GET /products/:id`, as telemetry names endpoints. */
export const endpointName = displayName(330);

/** The answers of an endpoint are kept in the process and given to whoever asks the same, where HTTP's rules allow it. */
export const responseCachingSetting = z.strictObject({
  endpoint: endpointName.regex(/^(GET|HEAD) \//, 'must be a GET or HEAD endpoint, such as `GET /products/:id`'),
  ttlSeconds: z.number().min(0.1).max(86_400),
  staleWhileRevalidateSeconds: z.number().min(0).max(86_400).default(0),
});
export type ResponseCachingSetting = z.output<typeof responseCachingSetting>;

/**
 * What Headroom may change in a running service that has the SDK, without a deploy. Each field that is absent is left as the
 * service has it. A service bounds them in its code, and tells in its telemetry which version was in force.
 */
export const liveSettings = z
  .strictObject({
    responseCaching: z.array(responseCachingSetting).max(100).optional(),
    ttlMultiplier: z.number().min(0.1).max(10).optional().describe('Of the TTLs of caches made by the SDK'),
    compression: z
      .strictObject({ aboveBytes: z.int().min(0).max(10_000_000) })
      .optional()
      .describe('Answers of text are compressed from this size on'),
    pools: z
      .array(z.strictObject({ pool: displayName(100), size: z.int().min(1).max(10_000) }))
      .max(50)
      .optional()
      .describe('Of pools that `monitorPool` watches: the most connections'),
    concurrency: z
      .strictObject({
        maxRequests: z.int().min(1).max(100_000).describe('Answered at the same time; others wait'),
        maxWaiting: z.int().min(0).max(100_000).default(1_000).describe('Beyond these: 503 with `Retry-After`'),
      })
      .optional(),
    keepAlive: z
      .strictObject({
        incomingSeconds: z.number().min(1).max(3_600).optional(),
        outgoing: z.boolean().optional().describe('Of `node:http`’s global agents'),
      })
      .optional(),
    sampling: z
      .strictObject({
        slowRequests: z.int().min(0).max(50).optional().describe('Kept whole in each window'),
        flushSeconds: z.number().min(1).max(60).optional(),
      })
      .optional(),
    memory: z
      .strictObject({
        trimAtPercent: z.number().min(30).max(95).describe('Of the memory limit: caches give up what they hold'),
        collectGarbage: z
          .boolean()
          .default(false)
          .describe('After trimming, where the process allows it (`--expose-gc`)'),
      })
      .optional(),
    cachePolicy: z
      .strictObject({
        memoryLimitMb: cachePolicy.shape.memoryLimitMb.removeDefault().optional(),
        maxEntries: cachePolicy.shape.maxEntries,
        earlyRefreshBeta: cachePolicy.shape.earlyRefreshBeta.removeDefault().optional(),
        staleWhileRevalidateSeconds: cachePolicy.shape.staleWhileRevalidateSeconds.removeDefault().optional(),
      })
      .optional()
      .describe('Of caches made by the SDK. What is absent stays as each cache has it: no defaults'),
  })
  .meta({ id: 'LiveSettings' });
export type LiveSettings = z.output<typeof liveSettings>;
export type LiveSettingsInput = z.input<typeof liveSettings>;
export type LiveSettingName = keyof LiveSettings;

/**
 * Two settings against each other, in slices of the same length one after the other. A service that hears of it in time follows
 * it by its clock alone, and is back at the settings after the last slice, whatever becomes of Headroom.
 */
export const settingsExperiment = z.strictObject({
  id: z.string().min(1).max(100),
  startsAt: timestamp,
  sliceSeconds: z.number().min(0.5).max(600),
  order: z
    .string()
    .regex(/^[ab]{2,400}$/)
    .describe('Which of both is in force in each slice'),
  a: liveSettings,
  b: liveSettings,
});
export type SettingsExperiment = z.output<typeof settingsExperiment>;

/** What a service fetches. */
export const settingsDocument = z
  .strictObject({
    version: z.string().describe('Changes with every change of what follows'),
    settings: liveSettings,
    experiment: settingsExperiment.optional(),
    pollSeconds: z.number().min(1).max(3_600).describe('When to ask again'),
  })
  .meta({ id: 'SettingsDocument' });
export type SettingsDocument = z.output<typeof settingsDocument>;

/** Epoch milliseconds: the end of the last slice. */
export const endOfExperiment = ({ startsAt, sliceSeconds, order }: SettingsExperiment): number =>
  Date.parse(startsAt) + order.length * sliceSeconds * 1_000;
