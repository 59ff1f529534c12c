import { z } from 'zod';
import { evidence, optimizationId } from './analysis.ts';
import { cacheUpkeepWork, maxWarmedKeys } from './cache.ts';
import { json } from './json.ts';
import { type LiveSettingName, liveSettings } from './live-settings.ts';
import { displayName, displayText, percent, timestamp } from './names.ts';

export const riskLevel = z.enum(['low', 'medium', 'high']);
export type RiskLevel = z.output<typeof riskLevel>;

export const awsServices = ['lambda', 'apigateway', 'dynamodb', 'elasticache', 'sqs'] as const;

/** A change says where it stands, what is there now and what is to be there: it can be made, seen and undone by that alone. */
const beforeAndAfter = { before: json.describe('null: nothing'), after: json };

export const change = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('setting').describe('One of the live settings of the service'),
      setting: z.enum(Object.keys(liveSettings.shape) as [LiveSettingName, ...LiveSettingName[]]),
      ...beforeAndAfter,
    }),
    z.strictObject({
      kind: z.literal('cache-policy').describe('A field of the policy of a cache namespace'),
      namespace: displayName(128),
      field: z.string(),
      ...beforeAndAfter,
    }),
    z.strictObject({
      kind: z
        .literal('cache-upkeep')
        .describe('Work on a cache namespace that is done once: it leaves nothing that could be taken back'),
      namespace: displayName(128),
      work: cacheUpkeepWork,
      topKeys: z.int().min(1).max(maxWarmedKeys).optional().describe('Of warming: so many of the most read keys'),
      dueAt: timestamp.describe('It is done when it was done for this time, or for a later one'),
    }),
    z.strictObject({
      kind: z
        .literal('aws')
        .describe('A property of a resource that the project names and that has the tag `headroom:managed=true`'),
      service: z.enum(awsServices),
      resource: displayName(256),
      property: z.string().min(1).max(100),
      ...beforeAndAfter,
    }),
    z.strictObject({
      kind: z.literal('index').describe('An index in a database that was registered for it'),
      database: displayName(100),
      name: displayName(128),
      create: displayText(10_000),
      drop: displayText(10_000),
    }),
  ])
  .meta({ id: 'OptimizationChange' });
export type Change = z.output<typeof change>;
export type ChangeKind = Change['kind'];
export type ChangeOf<Kind extends ChangeKind> = Extract<Change, { kind: Kind }>;

/** One thing that would help. Without changes it is advice. */
export const proposal = z
  .strictObject({
    id: z.string().describe('The same for the same proposal in every plan'),
    optimizationId,
    module: z.string().describe('Which found it: `response-caching`, `lambda-memory`, ...'),
    name: z.string(),
    description: z.string(),
    changes: z.array(change).max(20),
    expectedImpactPercent: percent
      .optional()
      .describe('How much shorter response times become; absent: nothing says so'),
    expectedImpactSource: z.string().optional().describe('Where that figure is from'),
    saves: z
      .enum(['memory', 'telemetry'])
      .optional()
      .describe('What it is there to save, where that has no price: it need not make anything faster'),
    savesUsdPerMonth: z.number().optional().describe('Negative: it costs that much'),
    costUsdPerMonth: z
      .object({ before: z.number().min(0), after: z.number().min(0) })
      .optional()
      .describe('Of what is changed, where it is known'),
    costSource: z
      .string()
      .optional()
      .describe('Which prices these are, of which region, and what they are reckoned with'),
    risk: riskLevel,
    requiresRestart: z.boolean(),
    reversible: z.boolean().describe('Whether there is something that could be put back'),
    migration: z.string().optional().describe('SQL for somebody to run, where Headroom may not'),
    evidence: z.array(evidence).min(1),
  })
  .meta({ id: 'OptimizationProposal' });
export type Proposal = z.output<typeof proposal>;

/** What is available for a project: one item for each kind of optimization, also where there is nothing to do. */
export const availableOptimization = z
  .object({
    id: optimizationId,
    description: z.string(),
    expectedImpact: z.string().describe('In words, with the figure where there is one'),
    expectedImpactPercent: percent.optional(),
    riskLevel,
    proposals: z.array(proposal).describe('The largest expected impact first'),
  })
  .meta({ id: 'AvailableOptimization' });
export type AvailableOptimization = z.output<typeof availableOptimization>;
