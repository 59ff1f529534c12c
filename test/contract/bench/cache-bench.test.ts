import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

const result = z.strictObject({
  machine: z.object({ cpu: z.string(), cpus: z.number(), node: z.string(), at: z.iso.datetime() }),
  rows: z.array(
    z.strictObject({
      measure: z.string(),
      subject: z.string(),
      value: z.number(),
      unit: z.string(),
      samples: z.array(z.number()).min(1),
      note: z.string().optional(),
    }),
  ),
  goals: z.array(z.strictObject({ name: z.string(), measured: z.number(), goal: z.string(), holds: z.boolean() })),
});

/** As `npm run bench:cache` does, with as little of everything as shows that it works. */
async function bench(...args: string[]): Promise<{ code: number; printed: string; progress: string }> {
  const child = spawn(process.execPath, ['--conditions=headroom-source', 'test/bench/cache.ts', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [[code], printed, progress] = await Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]);
  return { code, printed, progress };
}

describe("the cache's bench", () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'headroom-bench-test-'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it('measures the cache beside a peer by every measure, and writes what it prints', async () => {
    const json = join(directory, 'result.json');
    const { code, printed, progress } = await bench('--smoke', '--json', json, '--subjects', 'headroom,redis');
    expect(progress).toContain('redis-bytes took');
    expect(code, progress).toBe(0);
    const { rows, goals } = result.parse(JSON.parse(await readFile(json, 'utf8')));

    const measures = new Set(rows.map(({ measure }) => measure));
    expect(measures.size).toBe(14);
    for (const { measure, subject, value } of rows) {
      expect(printed, measure).toContain(measure);
      expect(value, `${measure} of ${subject}`).toBeGreaterThanOrEqual(0);
    }
    const ours = new Set(rows.filter(({ subject }) => subject.startsWith('headroom')).map(({ measure }) => measure));
    expect([...ours]).toEqual([...measures]);

    // What does not depend on the machine's speed.
    const held = goals.filter(({ name }) => /^(lost invalidations|loader calls|cold)/.test(name));
    expect(held.map(({ measured }) => measured)).toEqual([1, 1, 0, 0]);
    expect(held.every(({ holds }) => holds)).toBe(true);
  }, 180_000);

  it('says which measures there are when it is asked for another', async () => {
    const { code, progress } = await bench('--measures', 'speed');
    expect(code).toBe(1);
    expect(progress).toContain('There is no measure speed, but tier-1-hits,');
  });
});
