import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openBoundedLog } from '../../../lib/local/bounded-log.ts';
import { temporaryDirectory } from '../../support/bundle-function.ts';

it('keeps the newest lines within its bound, across restarts too', () => {
  const directory = temporaryDirectory();
  const path = join(directory, 'x.log');
  for (let run = 0; run < 2; run += 1) {
    const log = openBoundedLog(directory, 'x.log', 1_000);
    for (let line = 0; line < 100; line += 1) log.write('source', `run ${run} line ${line}`);
    log.close();
    log.write('source', 'too late');
  }
  expect(statSync(path).size).toBeLessThanOrEqual(1_000);
  expect(statSync(`${path}.1`).size).toBeLessThanOrEqual(1_000);
  expect(readFileSync(path, 'utf8').trimEnd().split('\n').at(-1)).toMatch(/^\S+Z source run 1 line 99$/);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  rmSync(directory, { recursive: true });
});
