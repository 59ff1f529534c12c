import { z } from 'zod';
import { accessOptions, requireWholeOidc } from './access-options.ts';

/** From `-c name=value`, where everything is text, and from cdk.json, where it is not. */
const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);

/** CloudWatch keeps logs for these times only. */
const retentionDays = z.coerce
  .number()
  .pipe(z.literal([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653]));

/** Two, as `us-east-1b,us-east-1d`. */
const zonePair = z
  .string()
  .regex(/^[a-z]{2}(-[a-z]+)+-\d[a-z],[a-z]{2}(-[a-z]+)+-\d[a-z]$/, 'must be two zones, as in us-east-1b,us-east-1d')
  .transform((text) => text.split(','))
  .refine(([one, other]) => one !== other, 'must be two different zones');

/** What a deployment decides: in `-c name=value` of CDK, in flags, or in a file. */
export const deploymentOptions = z
  .strictObject({
    stage: z
      .string()
      .max(20)
      .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be 1 to 20 characters of a-z and 0-9, with single hyphens between them')
      .default('main')
      .describe('Tells deployments in one account apart'),
    alarmEmail: z.email().optional().describe('Also receives the alarms; the address must confirm once'),
    removalPolicy: z
      .enum(['retain', 'destroy'])
      .default('retain')
      .describe('Whether the tables outlive the stack, or are deleted with everything in them'),
    deletionProtection: flag.optional().describe('Of the tables. Default: when they are retained'),
    logRetentionDays: retentionDays.default(30),
    requestsPerSecond: z.coerce.number().int().min(1).max(10_000).default(500).describe('What the API takes at most'),
    burstRequests: z.coerce.number().int().min(1).max(5_000).default(1_000).describe('What it takes at once'),
    privateTargets: z
      .enum(['allow', 'deny'])
      .default('deny')
      .describe('Whether private addresses may be load-tested, and without proof of ownership'),
    testingPolicy: z
      .enum(['read', 'unread'])
      .default('unread')
      .describe(
        "`read`: you have read AWS's policy on stress tests, https://aws.amazon.com/ec2/testing/. Without it only private " +
          'targets are load-tested',
      ),
    loadWorkers: z.coerce
      .number()
      .int()
      .min(0)
      .max(300)
      .default(0)
      .describe('Workers of a load test that does not say how many; 0: by its users or rate'),
    cacheTier: z
      .enum(['serverless', 'none'])
      .default('serverless')
      .describe(
        'Tier 2 of caches: ElastiCache Serverless in a VPC, about 6 USD a month at rest, or none, and caches live in ' +
          'memory and DynamoDB',
      ),
    redisLimitGb: z.coerce.number().int().min(1).max(5_000).default(1).describe('What tier 2 holds at most'),
    redisLimitEcpuPerSecond: z.coerce
      .number()
      .int()
      .min(1_000)
      .max(15_000_000)
      .default(10_000)
      .describe('What tier 2 does at most; a small read or write is one unit'),
    cacheZones: zonePair
      .optional()
      .describe(
        'Two zones for tier 2, where the first two of the region will not do; go through `none` to change them',
      ),
    ...accessOptions,
  })
  .superRefine(requireWholeOidc)
  .transform((options) => ({
    ...options,
    deletionProtection: options.deletionProtection ?? options.removalPolicy === 'retain',
  }));

export type DeploymentOptions = z.output<typeof deploymentOptions>;

/** @throws with one line for each option that is wrong, or unknown. */
export function parseDeploymentOptions(given: Readonly<Record<string, unknown>>): DeploymentOptions {
  const parsed = deploymentOptions.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new Error(
    parsed.error.issues
      .map(({ code, path, message }) =>
        code === 'unrecognized_keys' ? `${message}` : `The option ${path.join('.')}: ${message}`,
      )
      .join('\n'),
  );
}
