import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes long though its files are small, by which Vitest would judge: suites that run once more for each tier, and thousands of requests. */
const slow = /^test\/(contract\/cache\/|peers\/|e2e\/api-fuzz)/;
const isSlow = ({ moduleId }: TestSpecification): boolean => slow.test(relative(process.cwd(), moduleId));

/** Begins each project with what takes long, so that in the end not one file is left for one process while the other has nothing to do. */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const byProject = Map.groupBy(await super.sort(files), ({ project }) => project);
    return [...byProject.values()].flatMap((sorted) => [
      ...sorted.filter(isSlow),
      ...sorted.filter((file) => !isSlow(file)),
    ]);
  }
}
