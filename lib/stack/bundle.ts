import { existsSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type FunctionName, functionDefinition, functionNames } from '../contracts/functions.ts';
import { bundlePages } from './bundle-pages.ts';
import { bundleSite } from './bundle-site.ts';
import { leanModules } from './lean-modules.ts';
import { replaceModules } from './replace-modules.ts';
import { directoryBanner, wasmModules } from './wasm-modules.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** Packages of CommonJS inside an ES module ask for Node's own modules with `require`. */
export const requireBanner =
  "import { createRequire as bundleRequire } from 'node:module';\nconst require = bundleRequire(import.meta.url);";

export interface BundleOptions<Name extends FunctionName = FunctionName> {
  /** Belongs to this call alone while it runs. Each function gets a directory of its name in it. */
  outDir: string;
  /** Default: all. */
  functions?: readonly Name[];
  /**
   * Modules of the repository to replace: the end of a module's path (`lib/platform/clock.ts`) to the file that stands in
   * for it. The stand-in itself may import what it replaces.
   */
  alias?: Readonly<Record<string, string>>;
  /** Where the paths of entries and assets begin. Default: the repository. */
  root?: string;
}

/** What Lambda loads: `index.mjs` with its `handler`, and the function's threads, assets, pages and site beside it. */
export interface Bundle {
  directory: string;
}

/**
 * Builds functions for AWS and for the local runtime alike, in one run of esbuild. The same sources give the same bytes,
 * wherever they lie, so that CDK deploys only what changed.
 * @throws when an entry, an asset or a page is missing, when esbuild fails, or when an alias stands for nothing that is bundled
 */
export async function bundleFunctions<Name extends FunctionName = FunctionName>(
  options: BundleOptions<Name>,
): Promise<Record<Name, Bundle>> {
  return (await buildFunctions(options)).bundles;
}

/** As `bundleFunctions`, and tells what was read for it: files from the root, each once. */
export async function buildFunctions<Name extends FunctionName = FunctionName>(
  options: BundleOptions<Name>,
): Promise<{ bundles: Record<Name, Bundle>; inputs: string[] }> {
  const { root = repository, alias = {} } = options;
  const names: readonly FunctionName[] = options.functions ?? functionNames;
  const outDir = resolve(options.outDir);
  const missing = names
    .flatMap((name) => filesOf(name).map((file) => ({ name, file })))
    .filter(({ file }) => !existsSync(join(root, file)));
  if (missing.length > 0) {
    throw new Error(`Missing files: ${missing.map(({ name, file }) => `${file} of the function ${name}`).join(', ')}.`);
  }
  await Promise.all(names.map((name) => rm(join(outDir, name), { recursive: true, force: true })));

  const replacement = replaceModules(alias);
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: names.flatMap((name) => {
      const { entry, threads = [] } = functionDefinition(name);
      const beside = threads.map((thread) => ({ in: thread, out: `${name}/${basename(thread, extname(thread))}` }));
      return [{ in: entry, out: `${name}/index` }, ...beside];
    }),
    outdir: outDir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    conditions: ['headroom-source', 'module'],
    // The ES modules of a package before its CommonJS: only they can be shaken.
    mainFields: ['module', 'main'],
    banner: { js: `${requireBanner}\n${directoryBanner}` },
    // Half the size. Names stay, and lines stay short, so that a stack trace still says where it was.
    minifySyntax: true,
    minifyWhitespace: true,
    lineLimit: 160,
    logLevel: 'silent',
    metafile: true,
    plugins: [replacement.plugin, leanModules, wasmModules],
  });
  const unused = replacement.unused();
  if (unused.length > 0) throw new Error(`No bundled module is replaced by the alias ${unused.join(', ')}.`);

  const assets = names.flatMap((name) => functionDefinition(name).assets ?? []);
  const [ofPages, ofSites] = await Promise.all([
    Promise.all(
      names.map((name) => bundlePages(functionDefinition(name).pages ?? [], { root, outDir: join(outDir, name) })),
    ),
    Promise.all(
      names.flatMap((name) => {
        const { site } = functionDefinition(name);
        return site === undefined ? [] : [bundleSite(site, { root, outDir: join(outDir, name, 'site') })];
      }),
    ),
    ...names.flatMap((name) =>
      (functionDefinition(name).assets ?? []).map((asset) =>
        cp(join(root, asset), join(outDir, name, basename(asset)), { recursive: true }),
      ),
    ),
  ]);
  return {
    bundles: bundlesIn(outDir, names) as Record<Name, Bundle>,
    // What a plugin made up is no file.
    inputs: [...new Set([...Object.keys(metafile.inputs), ...ofPages.flat(), ...ofSites.flat(), ...assets])].filter(
      (file) => existsSync(join(root, file)),
    ),
  };
}

/** Where the functions stand in a directory that they were built to. */
export const bundlesIn = <Name extends FunctionName>(directory: string, names: readonly Name[]): Record<Name, Bundle> =>
  Object.fromEntries(names.map((name) => [name, { directory: join(directory, name) }])) as Record<Name, Bundle>;

const filesOf = (name: FunctionName): string[] => {
  const { entry, threads = [], assets = [], pages = [], site } = functionDefinition(name);
  return [entry, ...threads, ...assets, ...pages, ...(site === undefined ? [] : [site])];
};
