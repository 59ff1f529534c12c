import { z } from 'zod';
import { loadTestRequest, takenLoadTestRequest } from './load.ts';
import { percent, timestamp } from './names.ts';

/** What a run is for: its steps, its load and the time that it reports of follow from it. */
export const pipelineKind = z.enum([
  'daily',
  'weekly',
  'weekly-review',
  'monthly-load-test',
  'quarterly-capacity',
  'custom',
]);
export type PipelineKind = z.output<typeof pipelineKind>;

/** In the order in which they are taken. */
export const pipelineStepName = z.enum([
  'analysis',
  'optimization',
  'cache-maintenance',
  'load-test',
  'change-points',
  'alerts',
  'report',
]);
export type PipelineStepName = z.output<typeof pipelineStepName>;

const settingsFields = {
  steps: z
    .array(pipelineStepName)
    .min(1)
    .refine((names) => new Set(names).size === names.length, 'must name no step twice')
    .describe('Taken in the order of the pipeline, whatever the order here. Default: by the kind'),
  depth: z.enum(['quick', 'standard']).describe('Of the analysis. Default: standard'),
  analysisMinutes: z.int().min(1).max(1440).describe('How far back the analysis looks. Default: a day'),
  minScore: percent.describe('Below it is optimized, or planned where autoOptimization is off. Default: 80'),
  minCacheHitRatePercent: percent.describe('Below it the caches are maintained. Default: 70'),
  maxP95ResponseTimeMs: z.number().positive().describe('Of the load test: above it there is an alert. Default: 1000'),
  minSuccessRatePercent: percent.describe('Of the load test: below it there is an alert. Default: 95'),
  reportDays: z.int().min(1).max(400).describe('Of how many days the report tells. Default: by the kind'),
};

/** What departs from the defaults of a kind. */
export const pipelineSettings = z
  .strictObject({ ...settingsFields, loadTest: loadTestRequest.describe('Default: by the kind, of GET /health') })
  .partial()
  .meta({ id: 'PipelineSettings' });
export type PipelineSettings = z.output<typeof pipelineSettings>;

/** With the defaults filled in. */
export const resolvedSettings = z
  .strictObject({ ...settingsFields, loadTest: takenLoadTestRequest })
  .meta({ id: 'PipelineSettingsAnswer' });
export type ResolvedSettings = z.output<typeof resolvedSettings>;

export const scheduleEntryId = z.string().regex(/^[a-z0-9-]{1,40}$/, 'must be 1 to 40 characters of a-z, 0-9 and -');

const entryFields = {
  id: scheduleEntryId,
  kind: pipelineKind,
  cron: z
    .string()
    .max(200)
    .describe('Five fields: minute, hour, day of the month, month, day of the week (0 is Sunday)'),
  timeZone: z.string().min(1).max(64).default('UTC').describe('A name of the IANA time zone database'),
  enabled: z.boolean().default(false),
};

const scheduleEntry = z.strictObject({ ...entryFields, settings: pipelineSettings.default({}) });
export type ScheduleEntry = z.output<typeof scheduleEntry>;

export const maxEntries = 20;

/** Replaces all that was planned for the project. */
export const scheduleRequest = z
  .strictObject({
    entries: z
      .array(scheduleEntry)
      .max(maxEntries)
      .refine((entries) => new Set(entries.map(({ id }) => id)).size === entries.length, 'must use no id twice'),
  })
  .meta({ id: 'ScheduleRequest' });
export type ScheduleRequest = z.output<typeof scheduleRequest>;

export const schedule = z
  .object({
    entries: z.array(z.object({ ...entryFields, settings: resolvedSettings.partial() })).describe('May be given back'),
    inForce: z
      .record(scheduleEntryId, resolvedSettings)
      .describe('The settings of each entry with the defaults filled in'),
    next: z
      .array(
        z.object({
          id: scheduleEntryId,
          at: timestamp,
          local: z.string().describe('The same time in the time zone of the entry'),
          note: z.string().optional().describe('What daylight saving does to it'),
        }),
      )
      .describe('When each enabled entry runs next'),
  })
  .meta({ id: 'Schedule' });
export type Schedule = z.output<typeof schedule>;

/** Which entry of the schedule a run is of: it was due by it, or somebody asked for it to run now. */
export const scheduledBy = z.object({
  scheduleId: scheduleEntryId,
  scheduledFor: timestamp,
  missed: z.int().min(0).describe('Runs before it that did not take place; 1000 stands for that and more'),
  note: z.string().optional().describe('What daylight saving did to its time, or that somebody asked for it'),
});
export type ScheduledBy = z.output<typeof scheduledBy>;
