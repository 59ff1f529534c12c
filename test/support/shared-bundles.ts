import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type FunctionName, functionNames } from '../../lib/contracts/functions.ts';
import { type Bundle, bundleFunctions } from '../../lib/stack/bundle.ts';

/** Set for each run of the tests: a directory that goes with it. */
export const sharedBundlesVariable = 'HEADROOM_TEST_BUNDLES';

/** The functions of the platform as they are, built by the first file of a run that needs them. Nobody changes them. */
export async function sharedBundles(): Promise<Record<FunctionName, Bundle>> {
  const directory = process.env[sharedBundlesVariable];
  if (directory === undefined) throw new Error(`${sharedBundlesVariable} is set by the global set-up of the tests.`);
  const whole = join(directory, 'whole');
  if (!existsSync(whole)) {
    const own = mkdtempSync(join(directory, 'built-'));
    await bundleFunctions({ outDir: own });
    moveOnce(own, whole);
  }
  return Object.fromEntries(functionNames.map((name) => [name, { directory: join(whole, name) }])) as Record<
    FunctionName,
    Bundle
  >;
}

/** Two files may have built them at the same time: what is there stays. */
function moveOnce(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
    rmSync(from, { recursive: true });
  }
}
