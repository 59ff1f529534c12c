import fc from 'fast-check';
import { type Plan, plan } from './commands.ts';
import { ReferenceStores } from './reference-stores.ts';
import type { OpenStores } from './shared-stores.ts';
import type { MakeCache } from './tested-cache.ts';
import { type Figures, World } from './world.ts';

export interface Tried {
  seed: number;
  runs: number;
  figures: Figures;
  /** The shortest history found that breaks a promise, with which one; undefined when none does. */
  failure?: string;
}

export const COMMANDS = 16;

export interface TriedStores {
  plans: fc.Arbitrary<Plan>;
  open: OpenStores;
  /** Epoch milliseconds at which a history begins. */
  firstMs: () => number;
}

const inMemory: TriedStores = {
  plans: plan(COMMANDS),
  open: (name, now, taken) => new ReferenceStores(name, now, taken),
  firstMs: () => Date.parse('2026-01-31T02:00:00.000Z'),
};

/** Tries so many histories, each another; what fails is made as short as can be. */
export async function tryHistories(
  make: MakeCache,
  runs: number,
  seed = fc.readConfigureGlobal().seed ?? Date.now() % 2 ** 31,
  stores: TriedStores = inMemory,
): Promise<Tried> {
  const figures: Figures = { lookups: 0, hits: 0, countsCompared: 0, acknowledged: 0 };
  const property = fc.asyncProperty(stores.plans, async (history) => {
    const world = new World(history, make, stores.open, stores.firstMs());
    await world.run();
    for (const name of names) figures[name] += world.figures[name];
    const [violation] = world.truth.violations;
    if (violation !== undefined) throw new Error(violation);
  });
  const result = await fc.check(property, { numRuns: runs, seed });
  const tried = { seed, runs: result.numRuns, figures };
  if (!result.failed) return tried;
  const [shortest] = result.counterexample ?? [];
  const why = result.errorInstance instanceof Error ? result.errorInstance.message : String(result.errorInstance);
  return { ...tried, failure: `${why}\n${shortest === undefined ? '' : described(shortest)}` };
}

const names = ['lookups', 'hits', 'countsCompared', 'acknowledged'] as const;

export function described({ commands, ...settings }: Plan): string {
  return [settings, ...commands]
    .map((line, at) => `${at === 0 ? '  ' : `${at - 1}:`} ${JSON.stringify(line)}`)
    .join('\n');
}
