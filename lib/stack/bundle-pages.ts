import { type BuildOptions, build } from 'esbuild';

interface Place {
  root: string;
  outDir: string;
}

/**
 * Builds programs for browsers, each to a script and a style of its name that stand alone. They run in the browsers of the
 * last years, where they may be put into a page as they are.
 * @returns the files that were read for it, from the root
 * @throws when esbuild fails
 */
export async function bundlePages(entries: readonly string[], { root, outDir }: Place): Promise<string[]> {
  if (entries.length === 0) return [];
  const { metafile } = await build({
    ...standingAlone,
    absWorkingDir: root,
    entryPoints: [...entries],
    outdir: outDir,
    metafile: true,
  });
  return Object.keys(metafile.inputs);
}

/** As `bundlePages`, of one program, whose script and style are returned. */
export async function bundledPage(entry: string, root: string): Promise<{ script: string; style: string }> {
  const { outputFiles } = await build({
    ...standingAlone,
    absWorkingDir: root,
    entryPoints: [entry],
    outdir: root,
    write: false,
  });
  const textOf = (ending: string): string => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? '';
  return { script: textOf('.js'), style: textOf('.css') };
}

const standingAlone = {
  entryNames: '[name]',
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
} as const satisfies BuildOptions;
