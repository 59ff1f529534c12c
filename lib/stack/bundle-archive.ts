import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Bundle } from './bundle.ts';

/** Functions have libraries in common: a window this wide sees what another of them brought. In bits. */
const windowLog = 27;

interface Header {
  files: Array<{ bundle: string; path: string; bytes: number; isProgram: boolean }>;
}

/** All bundles as one file: a line of JSON that says what follows, and the contents one after the other, compressed together. */
export async function packBundles(bundles: Readonly<Record<string, Bundle>>): Promise<Buffer> {
  const files: Header['files'] = [];
  const contents: Buffer[] = [];
  for (const [bundle, { directory }] of Object.entries(bundles)) {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    for (const path of paths.sort()) {
      const content = await readFile(path);
      const isProgram = ((await stat(path)).mode & 0o100) !== 0;
      files.push({ bundle, path: path.slice(directory.length + 1), bytes: content.length, isProgram });
      contents.push(content);
    }
  }
  const header: Header = { files };
  return zstdCompressSync(Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), ...contents]), {
    params: {
      [constants.ZSTD_c_compressionLevel]: 6,
      [constants.ZSTD_c_windowLog]: windowLog,
      [constants.ZSTD_c_enableLongDistanceMatching]: 1,
    },
  });
}

/**
 * Puts bundles back as files. Synchronously, as constructs are made.
 * @param outDir each bundle gets a directory of its name in it
 * @returns the names of the bundles
 */
export function unpackBundles(archive: string, outDir: string): string[] {
  const all = zstdDecompressSync(readFileSync(archive), { params: { [constants.ZSTD_d_windowLogMax]: windowLog } });
  const end = all.indexOf('\n');
  const { files } = JSON.parse(all.subarray(0, end).toString()) as Header;
  let offset = end + 1;
  for (const { bundle, path, bytes, isProgram } of files) {
    const file = join(outDir, bundle, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, all.subarray(offset, offset + bytes), { mode: isProgram ? 0o755 : 0o644 });
    offset += bytes;
  }
  return [...new Set(files.map(({ bundle }) => bundle))];
}
