import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { LoadTest } from '../../../lib/contracts/load.ts';
import type { Ended } from '../../support/cli-process.ts';
import { startCountingTarget } from '../../support/counting-target.ts';

const flags = {
  basic: ['--users', '5', '--duration', '1s'],
  stress: ['--start-users', '1', '--max-users', '2', '--step', '1s'],
  all: [
    ...['--start-users', '1', '--max-users', '2', '--step', '1s', '--users', '2', '--duration', '1s'],
    ...['--spike-users', '8', '--spike-time', '1s', '--recovery', '4s', '--endurance-time', '8s'],
  ],
};
export type CommandLineKind = keyof typeof flags;

/** Runs each kind that `--test` has by these names, all at once. */
export async function commandLineTests(headroom: (...args: string[]) => Promise<Ended>, directory: string) {
  const run = async (kind: CommandLineKind) => {
    const target = await startCountingTarget();
    const url = `http://127.0.0.1:${target.port}/somewhere`;
    const output = join(directory, `${kind}.json`);
    const common = ['--url', url, '--test', kind, '--output', output, '--ramp-up', '0s', '--think-time', '50ms'];
    const told = await headroom('loadtest', ...common, ...flags[kind]);
    await target.close();
    expect(told.code, told.err).toBe(0);
    const { test } = JSON.parse(await readFile(output, 'utf8')) as { test: LoadTest };
    return { test, out: told.out, counts: target.counts };
  };
  const [basic, stress, all] = await Promise.all([run('basic'), run('stress'), run('all')]);
  return { basic, stress, all };
}
