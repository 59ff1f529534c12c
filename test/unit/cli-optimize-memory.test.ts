import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type MemorySweep, memorySweep } from '../../lib/contracts/memory-sweeps.ts';
import { type CannedPlatform, startCannedPlatform } from '../support/canned-platform.ts';
import { runInProcess } from '../support/cli-in-process.ts';

const sweepId = '01JD2V8Q6Y0000000000000000';
const point = (memoryMb: number, meanDurationMs: number, usdPerMillion: number) => ({
  memoryMb,
  invocations: 19,
  coldStarts: 1,
  meanDurationMs,
  durationMs: { low: meanDurationMs - 2, high: meanDurationMs + 2 },
  usdPerMillion,
  costUsd: { low: usdPerMillion, high: usdPerMillion },
  maxMemoryUsedMb: 90,
});
const swept = (rest: Partial<MemorySweep> = {}): MemorySweep =>
  memorySweep.parse({
    sweepId,
    project: 'shop',
    function: 'orders',
    status: 'completed',
    progressPercent: 100,
    requestedBy: { keyId: 'k', name: 'n' },
    createdAt: '2026-01-31T02:00:00.000Z',
    presentMb: 512,
    sizesMb: [256, 512, 1_024],
    problems: [],
    result: {
      curve: [point(256, 401.2, 1.71), point(512, 200.4, 1.68), point(1_024, 180.1, 3.02)],
      cheapest: { memoryMb: 512, reason: '512 MB costs least.' },
      fastest: { memoryMb: 1_024, reason: '1024 MB is fastest.' },
      balanced: { memoryMb: 512, reason: 'Beyond 512 MB more memory brings little speed.' },
    },
    ...rest,
  });

const directory = mkdtempSync(join(tmpdir(), 'headroom-cli-'));
afterAll(() => rmSync(directory, { recursive: true }));
let platform: CannedPlatform;
let sweep: MemorySweep;
beforeEach(async () => {
  sweep = swept();
  platform = await startCannedPlatform(({ method }) =>
    method === 'POST' ? { status: 202, body: { sweepId, status: 'running' } } : { status: 200, body: sweep },
  );
});
afterEach(() => platform.close());

const run = (...args: string[]) =>
  runInProcess(['optimize', 'memory', ...args], directory, {
    HEADROOM_URL: platform.url,
    HEADROOM_API_KEY: 'hr_x',
    HEADROOM_PROJECT: 'shop',
  });

describe('headroom optimize memory', () => {
  it('sweeps a function, and shows the curve, its plots and which size to take', async () => {
    const { code, out } = await run('orders', '--payload', '{"dry":true}', '--rounds', '7');
    expect(code).toBe(0);
    expect(platform.asked[0]).toMatchObject({
      method: 'POST',
      path: '/v1/projects/shop/memory-sweeps',
      body: { function: 'orders', payload: '{"dry":true}', rounds: 7 },
    });
    expect(out).toMatch(/512 +200\.4 +198\.4 to 202\.4 +1\.68 +90 +now, cheapest, balanced/);
    expect(out).toMatch(/1024 +180\.1 .*fastest/);
    expect(out).toContain('Duration, ms');
    expect(out).toContain('USD a million');
    expect(out).toContain('balanced: Beyond 512 MB more memory brings little speed.');
  });

  it('takes its payload from a file, and answers as JSON', async () => {
    const file = join(directory, 'payload.json');
    writeFileSync(file, '{"a":1}');
    const { code, out } = await run('orders', '--payload-file', file, '--json');
    expect([code, JSON.parse(out)]).toEqual([0, sweep]);
    expect(platform.asked[0]?.body).toEqual({ function: 'orders', payload: '{"a":1}' });
  });

  it('ends with 1, and says why, where it was broken off', async () => {
    const { result: _, ...rest } = swept({ status: 'failed', problems: ['orders fails with the payload.'] });
    sweep = rest;
    const { code, out } = await run('orders', '--payload', '{}');
    expect(code).toBe(1);
    expect(out).toContain('Nothing was measured enough.');
    expect(out).toContain('orders fails with the payload.');
  });

  it('begins nothing without a payload, or with two', async () => {
    for (const flags of [[], ['--payload', '{}', '--payload-file', 'x']]) {
      expect(await run('orders', ...flags)).toMatchObject({
        code: 2,
        err: expect.stringContaining('either --payload'),
      });
    }
    expect(platform.asked).toEqual([]);
  });
});
