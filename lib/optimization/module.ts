import type { OptimizationId } from '../contracts/analysis.ts';
import type { Proposal } from '../contracts/optimizations.ts';
import type { Situation } from './situation.ts';

/** What a module proposes: the rest of a proposal follows from it. */
export type Proposed = Omit<Proposal, 'id' | 'optimizationId' | 'module'> & {
  /** What it is about: with the module and where it changes something it makes the id. Default: the subject of its first evidence. */
  subject?: string;
};

/**
 * One kind of optimization: finds where it would help, and plans the changes. Pure: what it needs to know stands in the situation,
 * and what it plans is carried out by the applier of each change's kind.
 */
export interface OptimizationModule {
  /** `response-caching` */
  readonly name: string;
  readonly optimizationId: OptimizationId;
  /** @returns nothing where the evidence is too thin, or what it would change is as it should be */
  plan(situation: Situation): Proposed[];
}
