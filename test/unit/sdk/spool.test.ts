import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { telemetryLimits } from '../../../lib/contracts/telemetry-limits.ts';
import { Spool } from '../../../lib/sdk/telemetry/spool.ts';

const filled = (sizes: readonly number[], limits?: { windows: number; bytes: number }): Spool => {
  const spool = new Spool(limits);
  sizes.forEach((size, i) => {
    spool.push(`${i}:`.padEnd(size, 'x'));
  });
  return spool;
};

describe('the spool', () => {
  it('keeps the newest within its bounds and counts what went', () => {
    const spool = filled([10, 10, 10, 10], { windows: 3, bytes: 1_000 });
    expect([spool.size, spool.bytes, spool.dropped]).toEqual([3, 30, 1]);
    expect(spool.take()[0]).toMatch(/^1:/);
    const heavy = filled([600, 300, 300], { windows: 10, bytes: 700 });
    expect([heavy.size, heavy.bytes, heavy.dropped]).toEqual([2, 600, 1]);
  });

  it('gives every window once, in order, in batches within the limits of the contract', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 10, max: 450_000 }), { maxLength: 80 }), (sizes) => {
        const spool = filled(sizes, { windows: 1_000, bytes: 1e9 });
        const taken: string[] = [];
        for (let batch = spool.take(); batch.length > 0; batch = spool.take()) {
          expect(batch.length).toBeLessThanOrEqual(telemetryLimits.windows);
          expect(batch.join(',').length).toBeLessThan(telemetryLimits.bytes);
          taken.push(...batch);
        }
        expect(taken.map((json) => Number.parseInt(json, 10))).toEqual(sizes.map((_, i) => i));
        expect([spool.size, spool.bytes, spool.dropped]).toEqual([0, 0, 0]);
      }),
      { numRuns: 30 },
    );
  });
});
