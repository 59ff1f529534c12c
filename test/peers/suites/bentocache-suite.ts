import { assert } from '@japa/assert';
import { configure, processCLIArgs, run, test } from '@japa/runner';
import { registerCacheDriverTestSuite } from 'bentocache/test_suite';
import { openCacheOver, type TierChoice } from '../../support/cache-over-tiers.ts';
import { HeadroomDriver } from './bentocache-driver.ts';

/** bentocache's tests of its drivers, in the runner they are written for: `bentocache-suite.ts NAMESPACE TIERS`, the tiers as JSON. */
const [namespace = '', tiers = '{}'] = process.argv.slice(2);
const choice: TierChoice = JSON.parse(tiers);

function register(): void {
  test.group('bentocache/test_suite', (group) => {
    registerCacheDriverTestSuite({
      test,
      group,
      createDriver: (options) =>
        new HeadroomDriver({ prefix: 'japa', ...options, opening: openCacheOver<string>(namespace, choice) }),
    });
  });
}

processCLIArgs([]);
configure({
  // The runner wants tests to be registered when it imports a file.
  files: () => [new URL(import.meta.url)],
  importer: register,
  plugins: [assert()],
  reporters: { activated: ['ndjson'] },
});
await run();
