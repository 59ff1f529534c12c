import { describe, expect, it } from 'vitest';
import { littlesLaw } from '../../../lib/statistics/littles-law.ts';
import { Random } from '../../../lib/statistics/random.ts';

describe('littlesLaw', () => {
  it('expects as many users as wait or think at a time', () => {
    const load = { users: 50, throughputPerSecond: 40, meanResponseTimeMs: 250, meanThinkTimeMs: 1000 };
    expect(littlesLaw(load)).toEqual({ expectedUsers: 50, differencePercent: 0 });
    expect(littlesLaw({ ...load, users: 100 })).toEqual({ expectedUsers: 50, differencePercent: -50 });
  });

  it('holds in a simulated closed system', () => {
    const random = new Random(9);
    const users = 20;
    const seconds = 2000;
    const exponential = (meanSeconds: number) => -meanSeconds * Math.log(1 - random.fraction());
    let responses = 0;
    let responseSeconds = 0;
    for (let user = 0; user < users; user++) {
      for (let now = 0; ; ) {
        const response = exponential(0.2);
        now += response + exponential(0.8);
        if (now > seconds) break;
        responses++;
        responseSeconds += response;
      }
    }
    const { differencePercent } = littlesLaw({
      users,
      throughputPerSecond: responses / seconds,
      meanResponseTimeMs: (1000 * responseSeconds) / responses,
      meanThinkTimeMs: 800,
    });
    expect(Math.abs(differencePercent)).toBeLessThan(1);
  });

  it('refuses figures that no step has', () => {
    const load = { users: 1, throughputPerSecond: 1, meanResponseTimeMs: 1, meanThinkTimeMs: 0 };
    expect(() => littlesLaw({ ...load, users: 0 })).toThrow('users must be above 0');
    expect(() => littlesLaw({ ...load, meanResponseTimeMs: Number.NaN })).toThrow('meanResponseTimeMs');
    expect(() => littlesLaw({ ...load, throughputPerSecond: -1 })).toThrow('throughputPerSecond');
  });
});
