import { GENERATOR_CORE, moveToCore } from './cores.ts';
import { type GeneratorModule, generatorModules, type Load, type LoadFigures } from './generator.ts';

/** In the child: a generator that keeps its process from one run to the next, so that its code is warm. */
export default async function work({ subject }: { subject: keyof typeof generatorModules }) {
  moveToCore(GENERATOR_CORE);
  const generator: GeneratorModule = await import(generatorModules[subject]);
  return async (load: Load): Promise<LoadFigures> => {
    const before = process.cpuUsage();
    const figures = await generator.run(load);
    const { user, system } = process.cpuUsage(before);
    return { ...figures, cpuSeconds: (user + system) / 1e6 };
  };
}
