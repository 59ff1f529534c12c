import { build } from 'esbuild';

/**
 * Builds programs for browsers, each to a script and a style of its name that stand alone. They run in the browsers of the
 * last years, where they may be put into a page as they are.
 * @returns the files that were read for it, from the root
 * @throws when esbuild fails
 */
export async function bundlePages(
  entries: readonly string[],
  { root, outDir }: { root: string; outDir: string },
): Promise<string[]> {
  if (entries.length === 0) return [];
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [...entries],
    entryNames: '[name]',
    outdir: outDir,
    bundle: true,
    platform: 'browser',
    format: 'iife',
    target: ['chrome111', 'firefox113', 'safari16.4'],
    conditions: ['headroom-source'],
    minify: true,
    // Whose work it holds stays said in it, as their licences ask.
    legalComments: 'inline',
    charset: 'utf8',
    logLevel: 'silent',
    metafile: true,
  });
  return Object.keys(metafile.inputs);
}
