import { describe, expect, it } from 'vitest';
import { fewClustersMean } from '../../../lib/statistics/few-clusters.ts';
import { Random } from '../../../lib/statistics/random.ts';
import { shareOf } from './paired-samples.ts';

const width = ({ low, high }: { low: number; high: number }): number => high - low;

/** Values around the clusters' centers, the same in each cluster. */
const around = (centers: readonly number[]): number[][] =>
  centers.map((center) => [-1.2, -0.4, 0, 0.4, 1.2].map((off) => center + off));

describe('fewClustersMean', () => {
  it('is unsurer of one cluster than of its values, and surer with every further cluster', () => {
    const one = fewClustersMean(around([0]));
    expect(one.mean).toBeCloseTo(0);
    expect(one.low).toBeCloseTo(-one.high);
    // Student's t of five values: 2.78 x 0.894 / sqrt(5) to each side.
    expect(width(one)).toBeGreaterThan(2 * 1.11);
    const widths = [1, 2, 3, 4, 5].map((count) => width(fewClustersMean(around(new Array<number>(count).fill(0)))));
    expect(widths).toEqual(widths.toSorted((a, b) => b - a));
  });

  it('lets clusters that are seen to differ overrule the belief that they hardly do', () => {
    const random = new Random(5);
    const held = shareOf(300, () => {
      const clusters = Array.from({ length: 5 }, () => {
        const center = random.normal();
        return Array.from({ length: 10 }, () => center + random.normal());
      });
      const { low, high } = fewClustersMean(clusters);
      return low <= 0 && high >= 0;
    });
    // Were the belief all, 70.
    expect(held).toBeGreaterThan(0.74);
  });

  it('counts clusters, not values, the more the clusters differ', () => {
    const long = Array.from({ length: 50 }, (_, i) => 10 + ((i % 5) - 2) / 2);
    const { mean } = fewClustersMean([...around([0, 1, -1]), long]);
    const ofValues = (50 * 10) / 65;
    expect(mean).toBeLessThan(ofValues - 1);
    expect(mean).toBeGreaterThan(10 / 4 - 1);
  });

  it('moves and stretches with the values, and is a point where they are all the same', () => {
    const clusters = around([0.3, -0.2]);
    const { mean, low, high } = fewClustersMean(clusters);
    const moved = fewClustersMean(clusters.map((cluster) => cluster.map((value) => 5 + 100 * value)));
    expect(moved.mean).toBeCloseTo(5 + 100 * mean, 6);
    expect(moved.low).toBeCloseTo(5 + 100 * low, 4);
    expect(moved.high).toBeCloseTo(5 + 100 * high, 4);
    expect(fewClustersMean([[0.1, 0.1, 0.1], [0.1]])).toMatchObject({
      low: expect.closeTo(0.1),
      high: expect.closeTo(0.1),
    });
  });
});
