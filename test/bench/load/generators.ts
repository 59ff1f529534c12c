import { type Child, startChild } from '../frame/child.ts';
import { artillery } from './artillery.ts';
import { isInstalled } from './command.ts';
import type { generatorModules, Load, LoadFigures } from './generator.ts';
import { tools } from './tools.ts';

type InNode = keyof typeof generatorModules;
type Tool = keyof typeof tools;
export type GeneratorName = InNode | Tool | 'artillery';

const isTool = (name: GeneratorName): name is Tool => Object.hasOwn(tools, name);

/** Those of the generators that are not on this machine. */
export const missing = (names: readonly GeneratorName[]): GeneratorName[] =>
  names.filter((name) => isTool(name) && !isInstalled(name));

/** Runs the work with the generators at hand; those in Node keep their processes from one run to the next. */
export async function withGenerators<Result>(
  names: readonly GeneratorName[],
  work: (run: (name: GeneratorName, load: Load) => Promise<LoadFigures>) => Promise<Result>,
): Promise<Result> {
  const children = new Map<GeneratorName, Child<Load, LoadFigures>>();
  try {
    for (const subject of names) {
      if (subject === 'artillery' || isTool(subject)) continue;
      children.set(subject, await startChild(new URL('./generator-child.ts', import.meta.url), { subject }));
    }
    return await work((name, load) => {
      if (name === 'artillery') return artillery(load);
      if (isTool(name)) return tools[name](load);
      const child = children.get(name);
      if (child === undefined) throw new Error(`there is no child for ${name}`);
      return child.ask(load);
    });
  } finally {
    await Promise.all([...children.values()].map((child) => child.stop()));
  }
}
