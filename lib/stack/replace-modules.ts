import { basename, resolve, sep } from 'node:path';
import type { Plugin } from 'esbuild';

/**
 * Lets files stand in for modules, found by the end of their path, when they are imported by a relative path that has the
 * whole name of the file.
 * `unused` tells, after the build, which of them stood in for nothing.
 */
export function replaceModules(standIns: Readonly<Record<string, string>>): {
  plugin: Plugin;
  unused: () => string[];
} {
  const replacements = Object.entries(standIns).map(([suffix, file]) => ({ suffix, file: resolve(file) }));
  const used = new Set<string>();
  const plugin: Plugin = {
    name: 'replace-modules',
    setup(build) {
      if (replacements.length === 0) return;
      // esbuild itself passes over all other imports, of which there are tens of thousands.
      const names = replacements.map(({ suffix }) => basename(suffix).replaceAll('.', '\\.'));
      const filter = new RegExp(`^\\.{1,2}/(.*/)?(${names.join('|')})$`);
      build.onResolve({ filter }, async ({ path, pluginData, ...from }) => {
        if (pluginData === replaceModules) return undefined;
        const original = await build.resolve(path, { ...from, pluginData: replaceModules });
        const found = replacements.find(
          ({ suffix, file }) =>
            original.path.endsWith(sep + suffix) && original.path !== file && from.importer !== file,
        );
        if (original.errors.length > 0 || found === undefined) return undefined;
        used.add(found.suffix);
        return { path: found.file };
      });
    },
  };
  return { plugin, unused: () => replacements.map(({ suffix }) => suffix).filter((suffix) => !used.has(suffix)) };
}
