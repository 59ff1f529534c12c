import { describe, expect, it } from 'vitest';
import { Random } from '../../../lib/statistics/random.ts';
import { withoutSeason } from '../../../lib/statistics/without-season.ts';

describe('A series without its season', () => {
  const season = [0, 5, 9, 4, -3, -8, -7];
  const random = new Random(3);

  it('has the level, its change, and what stood alone', () => {
    const level = Array.from({ length: 140 }, (_, i) => (i < 70 ? 100 : 130) + (i === 40 ? 50 : 0) + random.normal());
    const found = withoutSeason(
      level.map((value, i) => value + (season[i % 7] ?? 0)),
      7,
    );
    for (const [i, value] of found.entries()) expect(Math.abs(value - (level[i] ?? 0))).toBeLessThan(2);
  });

  it('has the mean of the season where nothing else is in it', () => {
    expect(withoutSeason([1, 3, 1, 3, 1, 3], 2)).toEqual([2, 2, 2, 2, 2, 2]);
  });

  it('is refused of less than two seasons, or of none', () => {
    expect(() => withoutSeason([1, 2, 3], 2)).toThrow('3 values are not two seasons of 2');
    expect(() => withoutSeason([1, 2, 3], 1)).toThrow('a season has 2 values or more');
  });
});
