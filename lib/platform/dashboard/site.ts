import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname } from 'node:path';

/** What the build writes beside the files: those that the page begins with. */
export interface SiteStart {
  script: string;
  style: string;
  /** Scripts that the first one imports, to be fetched along with it. */
  preloads: string[];
}

export interface SiteFile {
  contentType: string;
  /** Weak: it names what the file says, however it is compressed. */
  etag: string;
  bytes: Uint8Array;
}

export interface Site {
  start: SiteStart;
  /** By name. Each name holds a hash of its content, so what it names never changes. */
  files: ReadonlyMap<string, SiteFile>;
}

const contentTypes: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};
const startFile = 'start.json';

export const etagOf = (content: string | Uint8Array): string =>
  `W/"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;

/** Reads all files of a site, which are few and small, at once: no name that is asked for ever leads to the disk. */
export async function readSite(directory: URL): Promise<Site> {
  const start = JSON.parse(await readFile(new URL(startFile, directory), 'utf8')) as SiteStart;
  const names = (await readdir(directory)).filter((name) => contentTypes[extname(name)] !== undefined);
  const files = names.map(async (name): Promise<[string, SiteFile]> => {
    const bytes = await readFile(new URL(name, directory));
    return [name, { contentType: contentTypes[extname(name)] ?? '', etag: etagOf(bytes), bytes }];
  });
  return { start, files: new Map(await Promise.all(files)) };
}
