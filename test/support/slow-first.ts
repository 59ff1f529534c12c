import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * What takes long though its files are small, by which Vitest would judge: what waits for minutes on a running platform, thousands of
 * requests, and suites that run once more for each tier.
 */
const slow = [/^test\/e2e\/(main-job|api-fuzz|features|redelivery|newcomer)\./, /^test\/(contract\/cache|peers)\//];
const slownessOf = ({ moduleId }: TestSpecification): number => {
  const at = slow.findIndex((pattern) => pattern.test(relative(process.cwd(), moduleId)));
  return at === -1 ? slow.length : at;
};

/** Begins each project with what takes long, so that in the end not one file is left for one process while the other has nothing to do. */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const byProject = Map.groupBy(await super.sort(files), ({ project }) => project);
    return [...byProject.values()].flatMap((sorted) => sorted.toSorted((a, b) => slownessOf(a) - slownessOf(b)));
  }
}
