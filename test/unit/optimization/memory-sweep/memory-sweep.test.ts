import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeSweep } from '../../../../lib/optimization/aws/memory-sweep/choice.ts';
import type { SweepSample } from '../../../../lib/optimization/aws/memory-sweep/model.ts';
import { samplesOf } from '../../../../lib/optimization/aws/memory-sweep/passive.ts';
import { sweepSizes } from '../../../../lib/optimization/aws/memory-sweep/sizes.ts';
import { type InvocationReport, reportOf } from '../../../../lib/optimization/aws/report-line.ts';
import { Random } from '../../../../lib/statistics/random.ts';

const usdPerGbSecond = 0.0000166667;
const judge = (samples: SweepSample[]) => judgeSweep(samples, { usdPerGbSecond, random: new Random(1) });

/** Rounds of all sizes, with noise that all of a round have in common, and some of each one's own. */
function measured(durationOf: (memoryMb: number) => number, rounds = 20, noise = 0.05): SweepSample[] {
  const random = new Random(7);
  const around = (): number => 1 + noise * (random.fraction() + random.fraction() - 1);
  return Array.from({ length: rounds }, (_, round) => {
    const common = 1 + 0.5 * random.fraction();
    return [256, 512, 1_024, 1_769, 3_008].map((memoryMb): SweepSample => {
      const durationMs = durationOf(memoryMb) * common * around();
      const sample = { memoryMb, round, durationMs, billedMs: Math.ceil(durationMs), maxMemoryUsedMb: 90 };
      return round === 0 ? { ...sample, durationMs: durationMs * 5, initMs: 800 } : sample;
    });
  }).flat();
}

describe('the sizes of a sweep', () => {
  it('are 5 to 7, ascending, within what Lambda has, with the present one, and none that is too small', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 128, max: 10_240 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (current, share) => {
          const used = Math.round(current * share);
          const sizes = sweepSizes(current, used);
          const room = 10_240 - Math.max(128, Math.min(current, Math.ceil(used * 1.2))) + 1;
          expect(sizes.length).toBeGreaterThanOrEqual(Math.min(5, room));
          expect(sizes.length).toBeLessThanOrEqual(7);
          expect(sizes).toContain(current);
          expect(new Set(sizes).size).toBe(sizes.length);
          expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
          for (const size of sizes) {
            expect(Number.isInteger(size) && size >= 128 && size <= 10_240).toBe(true);
            expect(size >= Math.min(current, used)).toBe(true);
          }
        },
      ),
      {
        examples: [
          [10_237, 0.42],
          [10_240, 1],
          [128, 0],
        ],
      },
    );
  });
});

describe('what a sweep says', () => {
  it('of code that computes until it has a whole processor: the fastest beyond it is not worth its price', () => {
    const { curve, cheapest, fastest, balanced } = judge(measured((mb) => 20 + 200_000 / Math.min(mb, 1_769)));
    expect(curve.map(({ memoryMb, coldStarts, invocations }) => [memoryMb, coldStarts, invocations])).toEqual(
      [256, 512, 1_024, 1_769, 3_008].map((memoryMb) => [memoryMb, 1, 19]),
    );
    expect(cheapest?.memoryMb).toBe(256);
    // With 3008 MB it is as fast, and costs more.
    expect(fastest?.memoryMb).toBe(1_769);
    expect(fastest?.reason).toContain('3008 MB cannot be told from it');
    expect(balanced?.memoryMb).toBe(1_769);
  });

  it('of code that waits: the smallest, whichever is asked for', () => {
    const { cheapest, fastest } = judge(measured(() => 120, 20, 0.01));
    expect(cheapest?.memoryMb).toBe(256);
    expect(fastest?.memoryMb).toBe(256);
  });

  it('of cost that stays the same while it becomes faster: the fastest of the cheapest', () => {
    const { cheapest } = judge(measured((mb) => 2_000_000 / mb));
    expect(cheapest?.memoryMb).toBe(3_008);
    expect(cheapest?.reason).toMatch(/cannot be told from it/);
  });

  it('is never moved by cold starts', () => {
    const samples = measured((mb) => 20 + 200_000 / Math.min(mb, 1_769));
    const colder = samples.map((one) =>
      one.initMs === undefined ? one : { ...one, durationMs: 90_000, billedMs: 90_000 },
    );
    expect(judge(colder).cheapest).toEqual(judge(samples).cheapest);
  });

  it('is nothing where too little was measured', () => {
    expect(judge(measured(() => 100, 6))).toEqual({ curve: [] });
    expect(judge([])).toEqual({ curve: [] });
  });

  it('from a log alone is told by intervals that do not touch', () => {
    const at = (memoryMb: number, durationMs: number, i: number): InvocationReport => ({
      memoryMb,
      durationMs: durationMs + (i % 5),
      billedMs: durationMs + (i % 5),
      maxMemoryUsedMb: 80,
      timedOut: i === 3,
    });
    const reports = [256, 1_024].flatMap((mb) =>
      Array.from({ length: 30 }, (_, i) => at(mb, mb === 256 ? 400 : 90, i)),
    );
    const { curve, cheapest, fastest } = judge(samplesOf(reports));
    expect(curve.map(({ invocations }) => invocations)).toEqual([29, 29]);
    expect(fastest?.memoryMb).toBe(1_024);
    expect(cheapest?.memoryMb).toBe(1_024);
  });
});

describe('a REPORT line', () => {
  it('is read as text and as JSON, with and without a cold start', () => {
    const text =
      'REPORT RequestId: a\tDuration: 3.25 ms\tBilled Duration: 4 ms\tMemory Size: 128 MB\tMax Memory Used: 65 MB\tInit Duration: 180.50 ms\t';
    const found = { durationMs: 3.25, billedMs: 4, memoryMb: 128, maxMemoryUsedMb: 65, initMs: 180.5, timedOut: false };
    expect(reportOf(text)).toEqual(found);
    const metrics = {
      durationMs: 3.25,
      billedDurationMs: 4,
      memorySizeMB: 128,
      maxMemoryUsedMB: 65,
      initDurationMs: 180.5,
    };
    expect(reportOf(JSON.stringify({ type: 'platform.report', record: { status: 'success', metrics } }))).toEqual(
      found,
    );
    expect(reportOf(text.replace(/Init.*/, 'Status: timeout'))).toEqual({
      durationMs: 3.25,
      billedMs: 4,
      memoryMb: 128,
      maxMemoryUsedMb: 65,
      timedOut: true,
    });
  });

  it.each([
    '',
    'REPORT RequestId: a',
    '{',
    '{"type":"platform.report"}',
    '{"type":"x","record":{"metrics":{}}}',
    '[]',
    'START',
  ])('is not: %s', (line) => {
    expect(reportOf(line)).toBeUndefined();
  });
});
