import { z } from 'zod';
import { json } from './json.ts';
import { displayName, projectName, timestamp } from './names.ts';
import { awsServices, riskLevel } from './optimizations.ts';

/** What CloudFormation takes. */
export const maxTemplateCharacters = 1_000_000;

export const templateAnalysisRequest = z
  .strictObject({
    template: z
      .string()
      .min(1)
      .max(maxTemplateCharacters)
      .optional()
      .describe('A CloudFormation or SAM template, as JSON or YAML'),
    stackName: displayName(128)
      .optional()
      .describe("The project's own stack, whose template CloudFormation is asked for"),
  })
  .refine(({ template, stackName }) => (template === undefined) !== (stackName === undefined), {
    error: 'give either template or stackName',
    path: ['template'],
  })
  .meta({ id: 'TemplateAnalysisRequest' });
export type TemplateAnalysisRequest = z.output<typeof templateAnalysisRequest>;

export const templateFinding = z
  .object({
    optimizationId: z.literal('stack_optimization'),
    module: z.string().describe('Which found it: the same as in an account'),
    logicalId: z.string(),
    type: z.string().describe('`AWS::Lambda::Function`'),
    line: z.number().int().min(1).optional().describe('Where the resource begins in the template'),
    service: z.enum(awsServices),
    name: z.string(),
    description: z.string(),
    risk: riskLevel,
    proposed: z
      .array(z.object({ property: z.string(), before: json, after: json }))
      .describe('What it would be in a running account; in a template, somebody writes it'),
  })
  .meta({ id: 'TemplateFinding' });
export type TemplateFinding = z.output<typeof templateFinding>;

export const templateAnalysis = z
  .object({
    project: projectName,
    analysedAt: timestamp,
    stackName: z.string().optional(),
    resources: z.number().int().describe('In the template'),
    examined: z
      .number()
      .int()
      .describe('Of kinds that Headroom knows, and with values that can be told before a deployment'),
    findings: z.array(templateFinding),
    problems: z.array(z.string()).describe('What could not be told from the template'),
  })
  .meta({ id: 'TemplateAnalysis' });
export type TemplateAnalysis = z.output<typeof templateAnalysis>;
