import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keptBundles } from '../../lib/stack/kept-bundles.ts';
import { builtFunctions } from '../support/built-functions.ts';

describe('functions that were built before', () => {
  let directory: string;
  let digest: string;
  beforeAll(async () => {
    const build = dirname((await builtFunctions()).tick.directory);
    directory = mkdtempSync(join(tmpdir(), 'headroom-kept-'));
    digest = basename(build);
    cpSync(build, join(directory, digest), { recursive: true });
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  /** A build of other sources, and whether a living process asked for it. */
  const otherBuild = (name: string, { daysAgo, pid }: { daysAgo: number; pid: number }): void => {
    const build = join(directory, name);
    mkdirSync(build);
    writeFileSync(join(build, 'inputs.json'), JSON.stringify(['functions/tick.ts']));
    writeFileSync(join(build, `used-by-${pid}`), '');
    const at = new Date(Date.now() - daysAgo * 86_400_000);
    utimesSync(build, at, at);
  };

  it('are used again while their sources are the same', async () => {
    const { tick } = await keptBundles(directory);
    expect(tick.directory).toBe(join(directory, digest, 'tick'));
    expect(readdirSync(directory)).toEqual([digest]);
  });

  it('are removed when nobody runs them, but for the newest', async () => {
    const nobody = 2 ** 30;
    otherBuild('first', { daysAgo: 4, pid: nobody });
    otherBuild('second', { daysAgo: 3, pid: nobody });
    otherBuild('third', { daysAgo: 2, pid: nobody });
    otherBuild('running', { daysAgo: 5, pid: process.ppid });
    mkdirSync(join(directory, `building-${nobody}`));
    await keptBundles(directory);
    expect(readdirSync(directory).sort()).toEqual([digest, 'running', 'second', 'third'].sort());
    expect(existsSync(join(directory, digest, 'tick', 'index.mjs'))).toBe(true);
  });
});
