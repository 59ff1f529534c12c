import { z } from 'zod';
import { scenario } from './load-scenario.ts';

const document = z.string().min(2).max(5_000_000);

/** Where scenarios are made from. */
export const scenarioImport = z
  .discriminatedUnion('source', [
    z.strictObject({
      source: z.literal('openapi'),
      document: document.optional().describe('JSON or YAML; absent: the target’s own is fetched'),
      path: z.string().regex(/^\//).max(2048).optional().describe('Where the target has it; default: the usual places'),
      includeUnsafe: z
        .boolean()
        .default(false)
        .describe('Also operations that change something: not only GET and HEAD'),
    }),
    z.strictObject({
      source: z.literal('har'),
      document,
      asFlow: z.boolean().default(false).describe('One flow in the order of the recording, with its pauses'),
      includeUnsafe: z.boolean().default(true),
    }),
    z.strictObject({
      source: z.literal('access-log'),
      document,
      format: z.enum(['auto', 'combined', 'json']).default('auto'),
      includeUnsafe: z.boolean().default(false),
    }),
  ])
  .meta({ id: 'ScenarioImport' });
export type ScenarioImport = z.output<typeof scenarioImport>;

export const importedScenarios = z
  .object({
    scenarios: z.array(scenario),
    arrivalRate: z.number().optional().describe('Access log: requests a second in its busiest minute'),
    skipped: z.array(z.object({ reason: z.string(), count: z.number().int(), example: z.string().optional() })),
  })
  .meta({ id: 'ImportedScenarios' });
export type ImportedScenarios = z.output<typeof importedScenarios>;
