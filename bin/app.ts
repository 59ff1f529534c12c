import { fileURLToPath } from 'node:url';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { deploymentSettings } from '../lib/cli/config/effective.ts';
import { configPathOf, readConfig } from '../lib/cli/config/read.ts';
import { bundleFunctions } from '../lib/stack/bundle.ts';
import { bundleLayer } from '../lib/stack/bundle-layer.ts';
import { optionsOfContext } from '../lib/stack/context-options.ts';
import { HeadroomStack } from '../lib/stack/headroom-stack.ts';

/** What `headroom.config.yaml` and `HEADROOM_DEPLOY_*` say; what is given with `-c` goes before it. */
function settingsOfFile(): Record<string, unknown> {
  const path = configPathOf({ given: undefined, environment: process.env, workingDirectory: process.cwd() });
  return deploymentSettings(process.env, path === undefined ? undefined : readConfig(path));
}

/** The CDK app: bundles the functions and describes the stack. Options: `-c stage=dev -c alarmEmail=...`. */
async function synthesize(): Promise<void> {
  // Otherwise CDK would synthesize once more at exit, an app without a stack where the options are wrong.
  const app = new App({ autoSynth: false });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const options = optionsOfContext({ ...settingsOfFile(), ...app.node.getAllContext() });
  const built = (name: string): string => fileURLToPath(new URL(`../.build/${name}`, import.meta.url));
  const bundles = await bundleFunctions({ outDir: built('functions') });
  const layer = await bundleLayer(built('layer'));
  new HeadroomStack(app, 'Headroom', { options, bundles, layer });
  app.synth();
}

try {
  await synthesize();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
