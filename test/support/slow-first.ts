import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes long though its files are small, by which Vitest would judge: suites that run once more for each tier. */
const slow = /^test\/(contract\/cache|peers)\//;

/** Begins with what takes long, so that in the end not one file is left for one process while the other has nothing to do. */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isSlow = ({ moduleId }: TestSpecification): boolean => slow.test(relative(process.cwd(), moduleId));
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))];
  }
}
