import { chmod, cp, mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Bundle, requireBanner } from './bundle.ts';
import { leanModules } from './lean-modules.ts';

const sources = fileURLToPath(new URL('../../layers/instrument', import.meta.url));
const wrapper = 'headroom-instrument';

/**
 * Builds what the layer puts below `/opt`: the program that Lambda starts its runtime through, and the handler that reports another.
 *
 * @param outDir belongs to this call alone while it runs
 */
export async function bundleLayer(outDir: string): Promise<Bundle> {
  const directory = resolve(outDir);
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  await build({
    entryPoints: [join(sources, 'handler.ts')],
    outfile: join(directory, 'headroom', 'handler.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    // Of the oldest runtime that Lambda still runs.
    target: 'node20',
    conditions: ['headroom-source'],
    banner: { js: requireBanner },
    minifySyntax: true,
    minifyWhitespace: true,
    lineLimit: 160,
    logLevel: 'silent',
    plugins: [leanModules],
  });
  await cp(join(sources, wrapper), join(directory, wrapper));
  await chmod(join(directory, wrapper), 0o755);
  return { directory };
}
