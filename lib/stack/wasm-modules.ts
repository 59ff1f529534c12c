import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/** What the banner of every bundle calls the directory that it is in. */
export const directoryBanner = 'const bundleDirectory = import.meta.dirname;';

/**
 * Lets packages of CommonJS find their WebAssembly beside the bundle, where a function's assets are: in an ES module, there is
 * no `__dirname`.
 */
export const wasmModules: Plugin = {
  name: 'wasm-modules',
  setup(build) {
    build.onLoad({ filter: /[\\/]libpg-query[\\/]wasm[\\/]libpg-query\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replaceAll('__dirname', 'bundleDirectory'),
    }));
  },
};
