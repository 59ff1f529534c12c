import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkThresholds, nextLevel, type PressureLevel, worse } from '../../../../lib/sdk/memory/pressure-level.ts';

const steps = { moderate: 80, critical: 90, relief: 5 };

describe('The level of pressure', () => {
  it.each<[PressureLevel, number, PressureLevel]>([
    ['none', 79.9, 'none'],
    ['none', 80, 'moderate'],
    ['none', 95, 'critical'],
    ['moderate', 75, 'moderate'],
    ['moderate', 74.9, 'none'],
    ['moderate', 89.9, 'moderate'],
    ['moderate', 90, 'critical'],
    ['critical', 85, 'critical'],
    ['critical', 84.9, 'moderate'],
    ['critical', 74.9, 'none'],
  ])('after %s at %d %% is %s', (level, percent, expected) => {
    expect(nextLevel(level, percent, steps)).toBe(expected);
  });

  it('does not flap: within the relief it changes once at most', () => {
    const wobble = fc.array(fc.double({ min: 75.01, max: 84.99, noNaN: true }), { minLength: 2 });
    fc.assert(
      fc.property(wobble, (percents) => {
        let [level, changes]: [PressureLevel, number] = ['none', 0];
        for (const percent of percents) {
          const next = nextLevel(level, percent, steps);
          if (next !== level) changes++;
          level = next;
        }
        expect(changes).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('of two is the worse', () => {
    expect([worse('none', 'moderate'), worse('critical', 'moderate'), worse('none', 'none')]).toEqual([
      'moderate',
      'critical',
      'none',
    ]);
  });

  it('is critical half-way to the limit where nothing else is said', () => {
    expect(checkThresholds({ heapPercent: 70 })).toEqual({
      heap: { moderate: 70, critical: 85, relief: 5 },
      rss: { moderate: 85, critical: 92.5, relief: 5 },
    });
  });

  it.each([
    { heapPercent: 0 },
    { rssPercent: 100 },
    { criticalHeapPercent: 50 },
    { reliefPercent: Number.NaN },
  ])('refuses %j', (thresholds) => {
    expect(() => checkThresholds(thresholds)).toThrow(RangeError);
  });
});
