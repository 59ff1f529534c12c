import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** A new directory of its own below the system's temporary one. */
export const temporaryDirectory = (): string => mkdtempSync(join(tmpdir(), 'headroom-test-'));

/** Bundles a function's source as the platform's own are, and returns the bundle's directory. */
export async function bundleFunction(source: URL): Promise<string> {
  const directory = temporaryDirectory();
  await build({
    entryPoints: [fileURLToPath(source)],
    outfile: join(directory, 'index.mjs'),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'silent',
  });
  return directory;
}
