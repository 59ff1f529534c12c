import { pathToFileURL } from 'node:url';
import type { Plugin } from 'esbuild';

/**
 * A module whose name ends in `.evaluated.ts` is run while a site is built, and only what it exports goes into the site, as
 * JSON: a few names out of tables that would bring their schemas along.
 */
export const evaluatedModules: Plugin = {
  name: 'evaluated-modules',
  setup({ onLoad }) {
    onLoad({ filter: /\.evaluated\.ts$/ }, async ({ path }) => {
      const exported: Record<string, unknown> = await import(pathToFileURL(path).href);
      const contents = Object.entries(exported)
        .map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};`)
        .join('\n');
      return { contents, loader: 'js', watchFiles: [path] };
    });
  },
};
