import { z } from 'zod';
import { displayName, displayText, environment, projectName, timestamp } from './names.ts';
import { projectRole } from './project-role.ts';

const resourceNames = z.array(displayName(256)).max(50);

export const projectResources = z.strictObject({
  lambdas: resourceNames.optional(),
  apis: resourceNames.optional(),
  tables: resourceNames.optional(),
  queues: resourceNames.optional(),
  caches: resourceNames.optional(),
  stack: displayName(128).optional(),
  role: projectRole.optional().describe('In the account of all these, where that is another than Headroom runs in'),
});

/** An origin with an optional base path. User information, query and fragment have no meaning here and are refused. */
export const baseUrl = z
  // What follows reads the parts of a URL, which must be one by then.
  .url({ protocol: /^https?$/, error: 'must be an http or https URL', abort: true })
  .max(2048)
  .refine((text) => {
    const url = new URL(text);
    return !url.username && !url.password && !url.search && !url.hash;
  }, 'must not carry user information, a query or a fragment')
  .meta({ id: 'BaseUrl', example: 'https://shop.example.com' });

/** How long what a service reports is kept. Windows of ten seconds are kept for 6 hours. */
export const telemetryRetention = z.strictObject({
  minuteHours: z.int().min(8).max(336).default(48).describe('By the minute, in hours'),
  hourDays: z.int().min(2).max(400).default(30).describe('By the hour, in days'),
  dayDays: z.int().min(2).max(4000).default(400).describe('By the day, in days'),
});
export type TelemetryRetention = z.output<typeof telemetryRetention>;

export const projectSettings = z
  .strictObject({
    baseUrl,
    description: displayText(1000).optional(),
    environment: environment.default('development'),
    resources: projectResources.default({}),
    autoOptimization: z.boolean().default(false),
    monitoringEnabled: z.boolean().default(true),
    level: z.enum(['conservative', 'balanced', 'aggressive']).default('balanced'),
    retention: telemetryRetention.prefault({}),
    awsMetricsUsdPerDay: z
      .number()
      .min(0)
      .max(1_000)
      .default(1)
      .describe('What CloudWatch may be asked for on a UTC day; beyond it, older figures are told'),
  })
  .meta({ id: 'ProjectSettings' });
export type ProjectSettings = z.output<typeof projectSettings>;

/** How the owner of a public target proves to be its owner. */
export const verification = z
  .object({
    state: z
      .enum(['verified', 'unverified', 'not-needed'])
      .describe('`not-needed`: every address of the target is private and the deployment allows private targets'),
    token: z.string(),
    methods: z.array(
      z.object({
        kind: z.enum(['well-known', 'dns-txt']),
        location: z.string().describe('The URL that must answer with the token, or the DNS name of the TXT record'),
        value: z.string(),
      }),
    ),
    verifiedAt: timestamp.optional(),
    checkedAt: timestamp.optional(),
    detail: z.string().optional().describe('What the last check found'),
  })
  .meta({ id: 'Verification' });
export type Verification = z.output<typeof verification>;

export const project = projectSettings
  .extend({
    project: projectName,
    verification,
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'Project' });
export type Project = z.output<typeof project>;
