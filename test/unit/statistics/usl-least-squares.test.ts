import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../lib/statistics/random.ts';
import { type LoadPoint, leastSquares } from '../../../lib/statistics/usl-least-squares.ts';
import { throughputAt, type UslParameters } from '../../../lib/statistics/usl-model.ts';

const squaresOf = (parameters: UslParameters, points: readonly LoadPoint[]): number =>
  points.reduce((sum, { users, throughput }) => sum + Math.log(throughput / throughputAt(parameters, users)) ** 2, 0);

describe('leastSquares', () => {
  it('cannot be bettered by any small step that is allowed, however much noise', () => {
    const law = fc.record({
      sigma: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 0.3, noNaN: true })),
      kappa: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e-3, noNaN: true })),
    });
    fc.assert(
      fc.property(law, fc.integer(), fc.double({ min: 0.001, max: 0.3, noNaN: true }), (terms, seed, noise) => {
        const random = new Random(seed);
        const points = [1, 3, 10, 20, 40, 60, 80, 100].map((users) => ({
          users,
          throughput: throughputAt({ lambda: 50, ...terms }, users) * Math.exp(noise * random.normal()),
        }));
        const { squares, ...best } = leastSquares(points, 'relative');
        expect(squares).toBeCloseTo(squaresOf(best, points), 9);
        for (const step of [-1e-3, 1e-3]) {
          const nearby: UslParameters[] = [
            { ...best, lambda: best.lambda * (1 + step) },
            { ...best, sigma: Math.min(1, Math.max(0, best.sigma + step / 100)) },
            { ...best, kappa: Math.max(0, best.kappa + step / 100 ** 2) },
          ];
          for (const other of nearby) expect(squaresOf(other, points)).toBeGreaterThanOrEqual(squares * (1 - 1e-6));
        }
      }),
      {
        numRuns: 150,
        // Steps that are damped too little leave these where they began.
        examples: [
          [{ sigma: 0, kappa: 0 }, 666545643, 0.2700819436288148],
          [{ sigma: 0, kappa: 0 }, 1106233787, 0.15299602431645218],
        ],
      },
    );
  });
});
