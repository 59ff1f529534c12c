import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['headroom-source'] },
  ssr: { resolve: { conditions: ['headroom-source'] } },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/bench/**', 'node_modules/**'],
    globalSetup: ['test/support/global-setup.ts'],
    pool: 'forks',
    // Two files at a time: every file may start servers and child processes of its own.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
