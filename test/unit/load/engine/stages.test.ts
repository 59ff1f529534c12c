import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lengthMs, levelAt, peakLevel, windowsOf } from '../../../../lib/load/engine/stages.ts';
import { levelAt as referenceLevelAt, stagesUpTo } from '../../../support/load-stages.ts';

describe('the users of a closed test', () => {
  it('are there whenever the level is above their number', () => {
    const instants = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(stagesUpTo(12), instants, (stages, parts) => {
        const users = Array.from({ length: Math.ceil(peakLevel(stages)) }, (_, user) => windowsOf(user, stages));
        for (const part of parts) {
          const ms = part * lengthMs(stages);
          // Where one stage ends and the next begins, rounding decides which of both it is.
          if (stages.some((_, at) => Math.abs(lengthMs(stages.slice(0, at + 1)) - ms) < 1e-6)) continue;
          const { level } = referenceLevelAt(ms, stages);
          expect(levelAt(ms, stages)).toBeCloseTo(level, 9);
          // Where a straight line crosses a whole number, rounding decides.
          if (Math.abs(level - Math.round(level)) < 1e-6) continue;
          const there = users.filter((windows) => windows.some(({ fromMs, untilMs }) => fromMs <= ms && ms < untilMs));
          expect(there.length).toBe(Math.max(0, Math.ceil(level)));
        }
      }),
    );
  });

  it('come and go in their own times, none of which touch', () => {
    fc.assert(
      fc.property(stagesUpTo(12), fc.nat(12), (stages, user) => {
        let before = -1;
        for (const { fromMs, untilMs } of windowsOf(user, stages)) {
          expect(fromMs).toBeGreaterThan(before);
          expect(untilMs).toBeGreaterThanOrEqual(fromMs);
          before = untilMs;
        }
        expect(before).toBeLessThanOrEqual(lengthMs(stages));
      }),
    );
  });

  it('begin evenly over a ramp, and the last to come goes first', () => {
    const stages = [
      { seconds: 10, from: 0, to: 4 },
      { seconds: 5, from: 4, to: 4 },
      { seconds: 2, from: 4, to: 0 },
    ];
    expect([0, 1, 2, 3, 4].map((user) => windowsOf(user, stages))).toEqual([
      [{ fromMs: 0, untilMs: 17_000 }],
      [{ fromMs: 2500, untilMs: 16_500 }],
      [{ fromMs: 5000, untilMs: 16_000 }],
      [{ fromMs: 7500, untilMs: 15_500 }],
      [],
    ]);
  });

  it('come back for every spike', () => {
    const at = (level: number) => ({ seconds: 1, from: level, to: level });
    const stages = [at(1), at(3), at(1), at(3)];
    expect(windowsOf(0, stages)).toEqual([{ fromMs: 0, untilMs: 4000 }]);
    expect(windowsOf(2, stages)).toEqual([
      { fromMs: 1000, untilMs: 2000 },
      { fromMs: 3000, untilMs: 4000 },
    ]);
  });
});
