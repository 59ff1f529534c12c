import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mannWhitney } from '../../../lib/statistics/mann-whitney.ts';
import { Random } from '../../../lib/statistics/random.ts';
import { shareOf } from './paired-samples.ts';

const thrice = (values: number[]): number[] => [...values, ...values, ...values];

/** Of every order that m values of the first sample can stand in among m + n, how many have a u as far from the middle. */
function countedP(a: number[], b: number[]): number {
  const uOf = (first: number[], second: number[]): number =>
    first.reduce((sum, x) => sum + second.filter((y) => y < x).length, 0);
  const all = [...a, ...b];
  const middle = (a.length * b.length) / 2;
  const distance = Math.abs(uOf(a, b) - middle);
  let orders = 0;
  let asFar = 0;
  for (let mask = 0; mask < 2 ** all.length; mask++) {
    const first = all.filter((_, i) => (mask >> i) & 1);
    if (first.length !== a.length) continue;
    const second = all.filter((_, i) => !((mask >> i) & 1));
    orders++;
    if (Math.abs(uOf(first, second) - middle) >= distance) asFar++;
  }
  return asFar / orders;
}

describe('mannWhitney', () => {
  it('gives the figures of SciPy 1.x, exact and with ties', () => {
    const exact = mannWhitney([1.1, 2.2, 3.3, 4.4, 5.9], [3.1, 4.1, 5.1, 6.1]);
    expect(exact).toMatchObject({ u: 6, superiority: 0.3, exact: true });
    expect(exact.p).toBeCloseTo(0.4126984126984127, 12);

    const tied = mannWhitney(
      thrice([1, 2, 2, 3, 4, 4, 5, 6, 6, 7, 8, 9]),
      thrice([3, 4, 4, 5, 6, 7, 8, 8, 9, 10, 11, 12]),
    );
    expect(tied).toMatchObject({ u: 342, exact: false });
    expect(tied.p).toBeCloseTo(0.0005389038900740212, 12);

    const odd = Array.from({ length: 20 }, (_, i) => 2 * i + 1);
    const twenty = mannWhitney(
      odd,
      odd.map((value) => value + 4.5),
    );
    expect(twenty.p).toBeCloseTo(0.21096432724812078, 12);
  });

  it('counts all orders of small samples', () => {
    const values = fc.uniqueArray(fc.integer({ min: 0, max: 1000 }), { minLength: 2, maxLength: 9 });
    fc.assert(
      fc.property(values, fc.nat(), (all, place) => {
        const size = 1 + (place % (all.length - 1));
        const [a, b] = [all.slice(0, size), all.slice(size)];
        expect(mannWhitney(a, b).p).toBeCloseTo(countedP(a, b), 10);
      }),
      { numRuns: 30 },
    );
  });

  it('is the same either way round, and whatever the scale', () => {
    const sample = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const [one, other] = [mannWhitney(a, b), mannWhitney(b, a)];
        expect(one.p).toBeCloseTo(other.p, 10);
        expect(one.superiority).toBeCloseTo(1 - other.superiority, 10);
        expect(one.p).toBeGreaterThan(0);
        expect(one.p).toBeLessThanOrEqual(1);
        const cubed = mannWhitney(
          a.map((x) => x ** 3),
          b.map((x) => x ** 3),
        );
        expect(cubed).toEqual(one);
      }),
    );
  });

  it('finds a difference between equal samples 5 times of 100 at most, exact or approximated', () => {
    const random = new Random(4);
    const draw = (size: number) => Array.from({ length: size }, () => random.normal());
    for (const size of [10, 40]) {
      const found = shareOf(1500, () => mannWhitney(draw(size), draw(size)).p < 0.05);
      expect(found).toBeLessThan(0.065);
      expect(found).toBeGreaterThan(0.03);
    }
  });

  it('has nothing to say of values that are all equal, and refuses what cannot be compared', () => {
    expect(mannWhitney([1, 1], [1, 1])).toMatchObject({ superiority: 0.5, p: 1 });
    const infinite = Number.POSITIVE_INFINITY;
    expect(mannWhitney([infinite, infinite], [1, 2])).toMatchObject({ superiority: 1 });
    expect(() => mannWhitney([], [1])).toThrow('both samples');
    expect(() => mannWhitney([Number.NaN], [1])).toThrow('compares numbers');
  });
});
