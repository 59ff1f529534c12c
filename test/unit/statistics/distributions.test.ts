import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mean, standardDeviation } from '../../../lib/statistics/moments.ts';
import { twoSidedP, upperTail } from '../../../lib/statistics/normal.ts';
import { medianOf, quantileOf } from '../../../lib/statistics/quantiles.ts';
import { Random } from '../../../lib/statistics/random.ts';
import { rootOf } from '../../../lib/statistics/root.ts';
import { studentT, studentUpperTail } from '../../../lib/statistics/student-t.ts';

const expectNear = (actual: number, expected: number, relative = 1e-12): void =>
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(relative * Math.abs(expected));

describe('The normal distribution', () => {
  it.each([
    [0, 0.5],
    [1, 0.15865525393145707],
    [1.96, 0.024997895148220435],
    [2.4999, 0.006211418374944594],
    [2.5001, 0.006207912714815199],
    [5, 2.866515718791946e-7],
    [10, 7.619853024160593e-24],
  ])('has above %d the share %d', (z, share) => {
    expectNear(upperTail(z), share);
    expectNear(upperTail(-z), 1 - share);
    expectNear(twoSidedP(z), 2 * share);
    expectNear(twoSidedP(-z), 2 * share);
  });

  it('is drawn with its mean, deviation and tails', () => {
    const random = new Random(1);
    const values = Array.from({ length: 50_000 }, () => random.normal());
    expect(Math.abs(mean(values))).toBeLessThan(0.02);
    expect(Math.abs(standardDeviation(values) - 1)).toBeLessThan(0.015);
    const beyond = values.filter((value) => Math.abs(value) > 1.96).length / values.length;
    expect(Math.abs(beyond - 0.05)).toBeLessThan(0.005);
  });
});

describe("Student's t distribution", () => {
  it.each([
    [0.95, 1, 12.706204736174694],
    [0.95, 2, 4.302652729749462],
    [0.95, 4, 2.7764451051977934],
    [0.99, 5.5, 3.8499114660010356],
    [0.95, 38, 2.0243941639119694],
    [0.95, 1000, 1.9623390808264083],
  ])('holds %d of it, with %d degrees of freedom, within %d', (confidence, freedom, t) => {
    expectNear(studentT(confidence, freedom), t, 1e-10);
    expectNear(studentUpperTail(-t, freedom), 1 - (1 - confidence) / 2);
  });

  it('refuses what is no confidence and no degree of freedom', () => {
    expect(() => studentT(1, 3)).toThrow('between 0 and 1');
    expect(() => studentT(0.95, 0)).toThrow('above 0');
  });
});

describe('quantileOf', () => {
  it('is linear between members, and holds to the ends', () => {
    expect(quantileOf([1, 2, 4], 0.75)).toBe(3);
    expect(quantileOf([1, 2, 4], -1)).toBe(1);
    expect(quantileOf([1, 2, 4], 2)).toBe(4);
    expect(quantileOf([], 0.5)).toBeNaN();
    expect(quantileOf([1, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY], 0.75)).toBe(Number.POSITIVE_INFINITY);
    expect(medianOf([9, 1, 5, 2])).toBe(3.5);
  });

  it('never decreases with the share', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const sample = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(sample, share, share, (values, x, y) => {
        const sorted = values.sort((a, b) => a - b);
        const [low, high] = [quantileOf(sorted, Math.min(x, y)), quantileOf(sorted, Math.max(x, y))];
        expect(low).toBeLessThanOrEqual(high + 1e-9);
      }),
    );
  });
});

describe('rootOf', () => {
  it('finds the crossing, wherever it lies and however steep', () => {
    const within = { noNaN: true, noDefaultInfinity: true };
    fc.assert(
      fc.property(fc.double({ min: -5, max: 5, ...within }), fc.integer({ min: 0, max: 3 }), (root, power) => {
        const f = (x: number) => (x - root) ** (2 * power + 1);
        expect(Math.abs(rootOf(f, -6, 7, 1e-9) - root)).toBeLessThan(1e-3);
        const steep = (x: number) => Math.expm1(10 * (x - root));
        expect(Math.abs(rootOf(steep, -6, 7, 1e-9) - root)).toBeLessThan(1e-8);
      }),
    );
  });

  it('refuses ends on one side', () => {
    expect(() => rootOf((x) => x + 10, 0, 1, 1e-9)).toThrow('no root');
  });
});
