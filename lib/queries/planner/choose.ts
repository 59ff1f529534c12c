import type { PlanOutcome, PlanStep } from './task.ts';

/** An index is worth it when the cost falls by so much, and was so much that it matters. */
export const worthwhile = { minFallPercent: 50, minCost: 100 } as const;
/** More than a query can have use for. */
const maxChosen = 4;

/** The cost of the query when these candidates are there, beside the indexes that are, and which of them its plan uses. */
export type CostOf = (candidates: readonly number[]) => Promise<{ cost: number; used: number[] }>;

export const fallPercent = (before: number, after: number): number =>
  before <= 0 ? 0 : Math.max(0, Math.round((1 - after / before) * 1000) / 10);

const isWorthIt = (before: number, after: number): boolean =>
  before >= worthwhile.minCost && fallPercent(before, after) >= worthwhile.minFallPercent;

/**
 * One index after the other, each time the one with which the query costs least, as long as that is worth it; then those that
 * hold all that is read, if that is worth it on top. Where all together are worth far more, as the sides of an OR are, those of
 * them that the planner uses. In the end, none stays that the others make superfluous.
 *
 * @param narrow from the narrowest to the widest: of two that do the same, the first is taken
 * @param wide that need not be looked up in, since they hold all that is read
 */
export async function chooseIndexes(
  narrow: readonly number[],
  wide: readonly number[],
  costOf: CostOf,
): Promise<Extract<PlanOutcome, { type: 'planned' }>> {
  const { cost } = await costOf([]);
  const tried = new Map<number, number>();
  let chosen = await greedily(narrow, { kept: [], cost }, tried, costOf);
  // Each by itself may be worth little, or lead where the others are of no use.
  const all = narrow.length > 1 ? await together(narrow, cost, costOf) : undefined;
  if (all !== undefined && (chosen.kept.length === 0 || isWorthIt(chosen.cost, all.cost))) chosen = all;
  chosen = await greedily(wide, chosen, tried, costOf);
  const kept = await withoutSuperfluous(chosen, costOf);
  const steps = await stepsOf(kept, cost, costOf);
  const rejected = [...narrow, ...wide]
    .filter((each) => !kept.includes(each))
    .map((candidate) => ({ candidate, reason: reasonOf(cost, tried.get(candidate) ?? cost, steps) }));
  return { type: 'planned', cost, chosen: steps, rejected };
}

interface Chosen {
  kept: number[];
  cost: number;
}

async function greedily(
  candidates: readonly number[],
  from: Chosen,
  tried: Map<number, number>,
  costOf: CostOf,
): Promise<Chosen> {
  let { kept, cost } = from;
  while (kept.length < maxChosen && cost >= worthwhile.minCost) {
    let best: { candidate: number; cost: number } | undefined;
    for (const candidate of candidates.filter((each) => !kept.includes(each))) {
      const { cost: after } = await costOf([...kept, candidate]);
      if (!tried.has(candidate)) tried.set(candidate, after);
      // A wider one for a little less is not worth its width.
      if (best === undefined || after < best.cost * 0.9) best = { candidate, cost: after };
    }
    if (best === undefined || !isWorthIt(cost, best.cost)) break;
    kept = [...kept, best.candidate];
    cost = best.cost;
  }
  return { kept, cost };
}

async function withoutSuperfluous({ kept, cost }: Chosen, costOf: CostOf): Promise<number[]> {
  let left = kept;
  for (const candidate of kept) {
    if (left.length < 2) break;
    const others = left.filter((each) => each !== candidate);
    if ((await costOf(others)).cost <= cost * 1.1) left = others;
  }
  return left;
}

/** What each adds to those before it; those that only help together are told with what they do together. */
async function stepsOf(kept: readonly number[], cost: number, costOf: CostOf): Promise<PlanStep[]> {
  const steps: PlanStep[] = [];
  let costBefore = cost;
  for (const [at, candidate] of kept.entries()) {
    const { cost: costAfter } = await costOf(kept.slice(0, at + 1));
    steps.push({ candidate, costBefore, costAfter, isTogether: false });
    costBefore = costAfter;
  }
  const isStepwise = steps.every((step) => fallPercent(step.costBefore, step.costAfter) >= worthwhile.minFallPercent);
  return isStepwise
    ? steps
    : steps.map(({ candidate }) => ({ candidate, costBefore: cost, costAfter: costBefore, isTogether: true }));
}

/** Each of those whose loss the others cannot make up for. */
async function together(candidates: readonly number[], cost: number, costOf: CostOf): Promise<Chosen | undefined> {
  const all = await costOf(candidates);
  if (!isWorthIt(cost, all.cost) || all.used.length < 2) return undefined;
  const kept = candidates.filter((each) => all.used.includes(each));
  const after = (await costOf(kept)).cost;
  return isWorthIt(cost, after) ? { kept, cost: after } : undefined;
}

function reasonOf(before: number, after: number, chosen: readonly PlanStep[]): string {
  if (before < worthwhile.minCost) return `The query costs ${before} as it is: too small to matter.`;
  if (chosen.length > 0) return 'With the indexes that are suggested it would add little.';
  const fall = fallPercent(before, after);
  return fall === 0
    ? 'The planner would not use it.'
    : `The cost would fall by ${fall} % only, from ${before} to ${after}.`;
}
