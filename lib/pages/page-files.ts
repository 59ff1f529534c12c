import { readFile } from 'node:fs/promises';

/** The program and the style of a page, which are put into it. */
export interface PageFiles {
  script: string;
  style: string;
}

/**
 * Reads what is built of a program for browsers: for a function, `bundleFunctions` lays it beside the bundle.
 * @param directory with a slash at its end. Default: that of the bundle
 * @param name of the program's file, without its ending
 */
export async function readPageFiles(
  directory: URL = new URL('.', import.meta.url),
  name = 'report',
): Promise<PageFiles> {
  const [script, style] = await Promise.all(
    ['js', 'css'].map((ending) => readFile(new URL(`${name}.${ending}`, directory), 'utf8')),
  );
  if (script === undefined || style === undefined) throw new Error('A page has a script and a style.');
  return { script, style };
}
