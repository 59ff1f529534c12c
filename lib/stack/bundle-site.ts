import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { evaluatedModules } from './evaluated-modules.ts';

interface Place {
  root: string;
  outDir: string;
}

/**
 * Builds a program for browsers of many pages: an ES module that fetches what a page needs when it is shown, a style for
 * all, and `start.json`, which says what the page begins with. Every name holds a hash of its content.
 * @returns the files that were read for it, from the root
 * @throws when esbuild fails
 */
export async function bundleSite(entry: string, { root, outDir }: Place): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outdir: outDir,
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    platform: 'browser',
    format: 'esm',
    // `light-dark()`, which the style is written with, is as young.
    target: ['chrome123', 'firefox120', 'safari17.5'],
    conditions: ['headroom-source'],
    loader: { '.md': 'text' },
    minify: true,
    // Whose work it holds stays said in it, as their licences ask.
    legalComments: 'inline',
    charset: 'utf8',
    logLevel: 'silent',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    metafile: true,
    plugins: [evaluatedModules],
  });
  await writeFile(join(outDir, 'start.json'), JSON.stringify(startOf(entry, metafile)));
  return Object.keys(metafile.inputs);
}

function startOf(entry: string, { outputs }: Metafile): { script: string; style: string; preloads: string[] } {
  const found = Object.entries(outputs).find(([, { entryPoint }]) => entryPoint === entry);
  if (found?.[1].cssBundle === undefined) throw new Error(`${entry} has no style.`);
  const [script, { cssBundle }] = found;
  return { script: basename(script), style: basename(cssBundle), preloads: staticImportsOf(script, outputs) };
}

/** All that a script imports before it runs, and what that imports in turn. */
function staticImportsOf(script: string, outputs: Metafile['outputs'], seen = new Set<string>()): string[] {
  for (const { path, kind, external } of outputs[script]?.imports ?? []) {
    if (kind !== 'import-statement' || external || seen.has(path)) continue;
    seen.add(path);
    staticImportsOf(path, outputs, seen);
  }
  return [...seen].map((path) => basename(path));
}
