import { readFile } from 'node:fs/promises';

/** The program and the style of a page, which are put into it. */
export interface PageFiles {
  script: string;
  style: string;
}

/**
 * Reads what `bundleFunctions` builds of a function's page, `report.ts`, and lays beside the function.
 * @param directory with a slash at its end. Default: that of the bundle
 */
export async function readPageFiles(directory: URL = new URL('.', import.meta.url)): Promise<PageFiles> {
  const [script, style] = await Promise.all(
    ['report.js', 'report.css'].map((name) => readFile(new URL(name, directory), 'utf8')),
  );
  if (script === undefined || style === undefined) throw new Error('A page has a script and a style.');
  return { script, style };
}
