import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packBundles } from '../lib/stack/bundle-archive.ts';
import { bundleLayer } from '../lib/stack/bundle-layer.ts';
import { keptBundles } from '../lib/stack/kept-bundles.ts';

/**
 * Builds what the package publishes into `dist/`: JavaScript and types of its `exports` and of what they import; with
 * `--with-functions` also the functions that `headroom/cdk` deploys, as one file.
 */
const repository = fileURLToPath(new URL('..', import.meta.url));
const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');

// What is no longer exported must not stay behind and be published.
rmSync(join(repository, 'dist'), { recursive: true, force: true });
const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], {
  cwd: repository,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;

if (status === 0 && process.argv.includes('--with-functions')) {
  const layer = await bundleLayer(join(repository, '.build', 'layer'));
  const bundles = { ...(await keptBundles(join(repository, '.build', 'local'))), 'instrument-layer': layer };
  writeFileSync(join(repository, 'dist', 'functions.zst'), await packBundles(bundles));
}
