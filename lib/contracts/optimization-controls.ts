import { z } from 'zod';
import { json } from './json.ts';
import { displayText, identifier, projectName, timestamp } from './names.ts';
import { actor, drift } from './optimization-runs.ts';
import { change } from './optimizations.ts';

export const freezeSettings = z
  .strictObject({ frozen: z.boolean(), reason: displayText(500).optional() })
  .meta({ id: 'OptimizationFreezeSettings' });
export type FreezeSettings = z.output<typeof freezeSettings>;

/** While it is frozen, nothing new is applied; what was being tried is put back. */
export const freeze = z
  .object({
    frozen: z.boolean(),
    reason: z.string().optional(),
    by: actor.optional(),
    since: timestamp.optional().describe('When it was last switched'),
  })
  .meta({ id: 'OptimizationFreeze' });
export type Freeze = z.output<typeof freeze>;

export const projectFreeze = freeze
  .extend({
    allFrozen: z
      .boolean()
      .describe(
        'All projects are, whatever this switch says: then `reason`, `by` and `since` are of the switch for all',
      ),
  })
  .meta({ id: 'ProjectOptimizationFreeze' });
export type ProjectFreeze = z.output<typeof projectFreeze>;

/** One change that Headroom made, or tried to make. */
export const auditEntry = z
  .object({
    auditId: identifier,
    at: timestamp,
    project: projectName,
    runId: identifier.optional().describe('Absent: no run did it, but a memory sweep, or somebody by hand'),
    sweepId: identifier.optional().describe('Of the memory sweep that did it'),
    id: z.string().optional().describe('Of the optimization that a run tried'),
    by: actor.describe('Who started the run, or its rollback, or did it by hand'),
    action: z
      .enum(['apply', 'measure', 'roll-back', 'set'])
      .describe('`measure`: for a slice, to be compared; `set`: by hand'),
    change,
    from: json.describe('What was to be replaced'),
    to: json,
    state: z
      .enum(['begun', 'made', 'refused'])
      .describe('`begun`: it is under way, or was cut off and is taken up again as an entry of its own'),
    detail: z.string().optional(),
  })
  .meta({ id: 'OptimizationAuditEntry' });
export type AuditEntry = z.output<typeof auditEntry>;

/** What the next deployment of the stack would undo: for `headroom/cdk` to read back. */
export const optimizationExport = z
  .object({
    version: z.literal(1),
    project: projectName,
    exportedAt: timestamp,
    changes: z.array(
      z.object({
        runId: identifier,
        id: z.string().describe('Of the optimization'),
        name: z.string(),
        keptAt: timestamp,
        improvementPercent: z.number().optional(),
        logicalId: z.string().optional().describe('Of what is changed, in the stack of the project; absent: not known'),
        change,
      }),
    ),
    drifted: z.array(drift).describe('What was kept and is there no more: left out of `changes`'),
  })
  .meta({ id: 'OptimizationExport' });
export type OptimizationExport = z.output<typeof optimizationExport>;
