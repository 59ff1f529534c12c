import fc from 'fast-check';
import { type Plan, plan } from './commands.ts';
import type { MakeCache } from './tested-cache.ts';
import { type Figures, World } from './world.ts';

export interface Tried {
  seed: number;
  runs: number;
  figures: Figures;
  /** The shortest history found that breaks a promise, with which one; undefined when none does. */
  failure?: string;
}

const COMMANDS = 20;

/** Tries so many histories, each another; what fails is made as short as can be. */
export async function tryHistories(make: MakeCache, runs: number, seed = Date.now() % 2 ** 31): Promise<Tried> {
  const figures: Figures = { lookups: 0, hits: 0, countsCompared: 0, acknowledged: 0 };
  const property = fc.asyncProperty(plan(COMMANDS), async (history) => {
    const world = new World(history, make);
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
