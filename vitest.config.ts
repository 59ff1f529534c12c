import { defineConfig } from 'vitest/config';
import { SlowFirst } from './test/support/slow-first.ts';

/** What a generator and its target do by the clock, on the same cores: beside other tests they would measure those. */
const measured = [
  'test/unit/load/engine/{engine-*,generator-probe,known-times}.test.ts',
  'test/contract/load/hand-over.test.ts',
  'test/e2e/capacity.test.ts',
  'test/e2e/unbroken.test.ts',
];

/** What changes nothing outside of itself: many files, one process. The modules that they share are loaded once. */
const pure = [
  'test/architecture/**/*.test.ts',
  'test/unit/{alerts,analysis,cache,cache-api,checks,demo,platform,projects,queries,sdk-cache,statistics,telemetry}/**/*.test.ts',
  'test/unit/load/!(engine|artillery)/**/*.test.ts',
  'test/unit/load/engine/!(engine-*|generator-probe|known-times|http*).test.ts',
  'test/unit/load/*.test.ts',
];

const shared = {
  globalSetup: ['test/support/global-setup.ts'],
  pool: 'forks' as const,
  // Functions are bundled and started in many tests: on two busy cores that takes its time.
  testTimeout: 60_000,
  hookTimeout: 180_000,
  expect: { poll: { timeout: 15_000 } },
};

const resolution = {
  resolve: { conditions: ['headroom-source'] },
  ssr: { resolve: { conditions: ['headroom-source'] } },
};

export default defineConfig({
  test: {
    sequence: { sequencer: SlowFirst },
    projects: [
      {
        ...resolution,
        test: {
          ...shared,
          name: 'parts',
          include: ['test/**/*.test.ts'],
          exclude: ['test/bench/**', 'node_modules/**', ...measured, ...pure],
          // Two files at a time: every file may start servers and child processes of its own.
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        ...resolution,
        test: { ...shared, name: 'pure', include: pure, isolate: false, maxWorkers: 2, sequence: { groupOrder: 0 } },
      },
      {
        ...resolution,
        test: { ...shared, name: 'measured', include: measured, maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
