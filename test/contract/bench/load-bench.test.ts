import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BenchResult } from '../../bench/frame/result.ts';

/** As `npm run bench:load` does, with as little of everything as shows that it works. */
async function bench(
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ code: number; printed: string; progress: string }> {
  const child = spawn(process.execPath, ['--conditions=headroom-source', 'test/bench/load.ts', '--smoke', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
  });
  const [[code], printed, progress] = await Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]);
  return { code, printed, progress };
}

describe("the load engine's bench", () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'headroom-bench-test-'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it('measures the engine beside its peers in Node, over TCP and TLS, and its pacing', async () => {
    const json = join(directory, 'result.json');
    const chosen = ['--measures', 'plain,tls,pacing', '--subjects', 'headroom,autocannon,undici'];
    const { code, printed, progress } = await bench([...chosen, '--json', json]);
    expect(code, progress).toBe(0);
    const { rows, goals }: BenchResult = JSON.parse(await readFile(json, 'utf8'));
    const throughput = rows.filter(({ unit }) => unit === 'requests/s');
    expect(throughput.map(({ subject }) => subject)).toEqual([
      ...['headroom', 'autocannon', 'undici'],
      ...['headroom', 'autocannon', 'undici'],
    ]);
    for (const { measure, subject, value, note } of throughput) {
      expect(value, `${measure} of ${subject}`).toBeGreaterThan(0);
      expect(note).toMatch(/us of a core each; .+ of its core/);
      expect(printed).toContain(measure);
    }
    expect(goals.map(({ name }) => name)).toEqual([
      ...['64 connections to autocannon', '64 connections to undici'],
      ...['64 connections, TLS to autocannon', '64 connections, TLS to undici'],
      ...['pacing at 5000/s, deviation of the send', 'pacing at 5000/s, share of a core'],
    ]);
  });

  it('does without nginx and without peers that are not installed, and says so', async () => {
    const path = join(directory, 'bin');
    await mkdir(path);
    await symlink('/usr/bin/taskset', join(path, 'taskset'));
    const chosen = ['--measures', 'plain', '--subjects', 'wrk,headroom'];
    const { code, printed, progress } = await bench(chosen, { ...process.env, PATH: path });
    expect(code, progress).toBe(0);
    expect(printed).toMatch(/headroom .*node:net at .*; not installed here: wrk/);
  });
});
