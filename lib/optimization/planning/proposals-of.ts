import { createHash } from 'node:crypto';
import type { Proposal } from '../../contracts/optimizations.ts';
import { canonicalJson } from '../../platform/canonical-json.ts';
import type { OptimizationModule, Proposed } from '../module.ts';
import { placeOf } from '../sides.ts';
import type { Situation } from '../situation.ts';

/** What a module proposes, each with its id. Pure. */
export const proposalsOf = (module: OptimizationModule, situation: Situation): Proposal[] =>
  module.plan(situation).map((proposed) => {
    const { subject: _, ...rest } = proposed;
    const { name, optimizationId } = module;
    return { id: proposalId(name, proposed), optimizationId, module: name, ...rest };
  });

/** Few enough to read aloud; two of a module in one project meet in one of ten million millions. */
const hexDigits = 12;

/**
 * The same for the same proposal in every plan: by what it is about and where it changes something, not by what was measured or what
 * it would put there. `response-caching-1f0c5d2e9a77`
 */
export function proposalId(module: string, { subject, evidence, changes }: Proposed): string {
  const about = subject ?? evidence[0]?.subject ?? '';
  const text = canonicalJson([module, about, changes.map(placeOf)]);
  return `${module}-${createHash('sha256').update(text).digest('hex').slice(0, hexDigits)}`;
}
