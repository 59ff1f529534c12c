import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const directories: string[] = [];
afterAll(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

/** An empty directory that is removed after the tests of the importing file. */
export function temporaryDataDir(): string {
  const directory = mkdtempSync(join(tmpdir(), 'headroom-emulators-'));
  directories.push(directory);
  return directory;
}
