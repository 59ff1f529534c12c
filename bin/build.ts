import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Builds what the package publishes: JavaScript and types of its `exports` and of what they import, into `dist/`. */
const repository = fileURLToPath(new URL('..', import.meta.url));
const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');

// What is no longer exported must not stay behind and be published.
rmSync(join(repository, 'dist'), { recursive: true, force: true });
const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], {
  cwd: repository,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
