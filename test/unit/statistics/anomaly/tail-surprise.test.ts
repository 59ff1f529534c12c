import { describe, expect, it } from 'vitest';
import { twoSidedP } from '../../../../lib/statistics/normal.ts';
import { Random } from '../../../../lib/statistics/random.ts';
import { addMagnitude, magnitudeAt, noMagnitudes, surpriseOf } from '../../../../lib/statistics/tail-surprise.ts';

const HALF_LIFE = 1e9;

function seen(count: number, magnitude: (random: Random) => number, halfLife = HALF_LIFE) {
  const random = new Random(1);
  const magnitudes = noMagnitudes();
  for (let i = 0; i < count; i++) addMagnitude(magnitudes, magnitude(random), halfLife);
  return magnitudes;
}

const normal = (random: Random): number => Math.abs(random.normal());
/** Of a tail that falls with the third power. */
const pareto = (random: Random): number => (1 - random.fraction()) ** (-1 / 3);

describe('the surprise of a magnitude', () => {
  it('is -log10 of how probable one as large is', () => {
    const magnitudes = seen(20_000, normal);
    for (const z of [0.2, 0.7, 1.3, 2, 2.5, 3]) {
      expect(surpriseOf(magnitudes, z)).toBeCloseTo(-Math.log10(twoSidedP(z)), 0);
    }
  });

  it('is told beyond what was ever seen, for heavy tails too', () => {
    const heavy = seen(20_000, pareto);
    for (const magnitude of [10, 100, 1_000]) {
      const exact = 3 * Math.log10(magnitude);
      expect(surpriseOf(heavy, magnitude)).toBeGreaterThan(0.7 * exact);
      expect(surpriseOf(heavy, magnitude)).toBeLessThan(1.3 * exact);
    }
    expect(surpriseOf(seen(20_000, normal), 8)).toBeGreaterThan(5);
  });

  it('never falls with the magnitude', () => {
    for (const magnitudes of [seen(50, normal), seen(2_000, normal), seen(2_000, pareto)]) {
      let before = 0;
      for (let magnitude = 0.001; magnitude < 1e6; magnitude *= 1.07) {
        const surprise = surpriseOf(magnitudes, magnitude);
        // The counted and the fitted part meet at an edge, where they may differ by rounding.
        expect(surprise).toBeGreaterThanOrEqual(before - 1e-9);
        before = surprise;
      }
    }
  });

  it('is nothing for what does not deviate, and finite for all else', () => {
    expect(surpriseOf(noMagnitudes(), 0)).toBe(0);
    for (const magnitudes of [noMagnitudes(), seen(500, () => 0), seen(500, () => 1e300), seen(500, normal)]) {
      for (const magnitude of [1e-300, 1, 1e300]) expect(Number.isFinite(surpriseOf(magnitudes, magnitude))).toBe(true);
    }
  });

  it('is great for the first that deviates at all', () => {
    expect(
      surpriseOf(
        seen(500, () => 0),
        1,
      ),
    ).toBeGreaterThan(5);
  });

  it('forgets by half-lives', () => {
    const magnitudes = seen(500, () => 8, 100);
    for (let i = 0; i < 1_000; i++) addMagnitude(magnitudes, 1, 100);
    expect(magnitudes.total).toBeCloseTo(1 / (1 - 2 ** -0.01), 0);
    expect(surpriseOf(magnitudes, 8)).toBeGreaterThan(2);
  });

  it('knows the magnitude that a share does not exceed', () => {
    const magnitudes = seen(20_000, normal);
    expect(magnitudeAt(magnitudes, 0.99)).toBeCloseTo(2.576, 0);
    expect(Math.abs(magnitudeAt(magnitudes, 0.95) / 1.96 - 1)).toBeLessThan(0.1);
    expect(magnitudeAt(noMagnitudes(), 0.99)).toBe(0);
    expect(
      magnitudeAt(
        seen(500, () => 0),
        0.99,
      ),
    ).toBe(0);
  });
});
