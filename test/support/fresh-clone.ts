import { execFileSync } from 'node:child_process';
import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

const repository = join(import.meta.dirname, '../..');

/**
 * What a newcomer has after `git clone` and `npm ci`, at its newest: the files that Git knows, as they are now. What is installed is
 * this repository's own.
 */
export function cloneInto(directory: string): void {
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: repository, encoding: 'utf8' }).split('\0');
  for (const file of files.filter(Boolean)) {
    cpSync(join(repository, file), join(directory, file), { verbatimSymlinks: true });
  }
  symlinkSync(join(repository, 'node_modules'), join(directory, 'node_modules'));
}
