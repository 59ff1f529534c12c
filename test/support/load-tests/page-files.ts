import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { functions } from '../../../lib/contracts/functions.ts';
import { type PageFiles, readPageFiles } from '../../../lib/pages/page-files.ts';
import { bundlePages } from '../../../lib/stack/bundle-pages.ts';

/** The script and the style of a report's page, built as for the function. */
export async function builtPageFiles(): Promise<PageFiles> {
  const outDir = await mkdtemp(join(tmpdir(), 'headroom-page-'));
  try {
    await bundlePages(functions['load-api'].pages, { root: process.cwd(), outDir });
    return await readPageFiles(pathToFileURL(`${outDir}/`));
  } finally {
    await rm(outDir, { recursive: true });
  }
}
