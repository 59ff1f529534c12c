import { defineConfig } from 'vitest/config';
import { SlowFirst } from './test/support/slow-first.ts';

/** What is done by the clock and mostly waits for it: two at a time leave each other a core, and others would not. */
const paced = [
  'test/unit/load/engine/engine-{connections,flows,redirects,stages}.test.ts',
  'test/e2e/unbroken.test.ts',
];

/** What judges whether this machine keeps up: beside other tests it would judge those. */
const measured = [
  'test/unit/load/engine/{engine-counts,engine-open-model,generator-probe,known-times}.test.ts',
  'test/contract/load/hand-over.test.ts',
  'test/e2e/{capacity,faults}.test.ts',
];

/**
 * What needs a process for itself: whole platforms, libraries of others, and what watches or patches the process that it
 * is in, as the SDK does. All else shares three processes, so it leaves nothing behind: a process for each file
 * would load the same modules three hundred times.
 */
const alone = [
  'test/e2e/**/*.test.ts',
  'test/peers/**/*.test.ts',
  'test/{contract,unit}/{sdk,sdk-*,local-runtime}/**/*.test.ts',
  'test/unit/load/artillery/**/*.test.ts',
];

const shared = {
  globalSetup: ['test/support/global-setup.ts'],
  setupFiles: ['test/support/property-seed.ts'],
  pool: 'forks' as const,
  // Functions are bundled and started in many tests: on two busy cores that takes its time.
  testTimeout: 60_000,
  hookTimeout: 180_000,
  expect: { poll: { timeout: 45_000 } },
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
        // Three files at a time on two cores: what starts platforms waits for half of its time.
        test: {
          ...shared,
          name: 'alone',
          include: alone,
          exclude: ['**/node_modules/**', ...paced, ...measured],
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        ...resolution,
        test: {
          ...shared,
          name: 'together',
          include: ['test/**/*.test.ts'],
          exclude: ['**/node_modules/**', 'test/bench/**', ...alone, ...paced, ...measured],
          isolate: false,
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        ...resolution,
        test: { ...shared, name: 'paced', include: paced, maxWorkers: 2, sequence: { groupOrder: 1 } },
      },
      {
        ...resolution,
        test: { ...shared, name: 'measured', include: measured, maxWorkers: 1, sequence: { groupOrder: 2 } },
      },
    ],
  },
});
