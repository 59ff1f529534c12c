import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type FunctionName, functionNames } from '../../lib/contracts/functions.ts';
import { type Bundle, bundleFunctions } from '../../lib/stack/bundle.ts';

/** Set for each run of the tests: a directory that goes with it. */
export const sharedBundlesVariable = 'HEADROOM_TEST_BUNDLES';

/** The functions of the platform as they are, built by the first file of a run that needs them. Nobody changes them. */
export async function sharedBundles(): Promise<Record<FunctionName, Bundle>> {
  const directory = process.env[sharedBundlesVariable];
  if (directory === undefined) throw new Error(`${sharedBundlesVariable} is set by the global set-up of the tests.`);
  const whole = join(directory, 'whole');
  while (!existsSync(whole)) await buildOnce(join(directory, 'building'), whole);
  return Object.fromEntries(functionNames.map((name) => [name, { directory: join(whole, name) }])) as Record<
    FunctionName,
    Bundle
  >;
}

/** Who can make the directory of the build builds; the others wait for what comes of it. */
async function buildOnce(building: string, whole: string): Promise<void> {
  try {
    mkdirSync(building);
  } catch {
    await delay(100);
    return;
  }
  try {
    // They may have been finished between the look and the directory.
    if (existsSync(whole)) return;
    await bundleFunctions({ outDir: building });
    renameSync(building, whole);
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
}
