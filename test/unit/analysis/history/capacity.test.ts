import { describe, expect, it } from 'vitest';
import { capacityFindings } from '../../../../lib/analysis/findings/capacity-findings.ts';
import { capacityOf } from '../../../../lib/analysis/history/capacity.ts';
import { finding } from '../../../../lib/contracts/analysis-depths.ts';
import { capacityClaim } from '../../../../lib/contracts/history-analysis/capacity.ts';
import type { LoadStep } from '../../../../lib/contracts/load-result.ts';
import { Random } from '../../../../lib/statistics/random.ts';
import { measuredResult } from '../../../support/measured-result.ts';

const dayMs = 86_400_000;
const now = Date.parse('2026-06-30T12:00:00.000Z');
const today = now - (now % dayMs);

const step = (requestsPerSecond: number, verdict: LoadStep['verdict'], successRatePercent = 100): LoadStep => ({
  ...{ part: 'stress', users: requestsPerSecond, startSecond: 0, durationSeconds: 10, requests: 10, errors: [] },
  ...{ requestsPerSecond, successRatePercent, verdict },
});
const test = (...steps: LoadStep[]) => ({
  testId: '01JD2V8Q6Y0000000000000000',
  endedAtMs: now - dayMs,
  result: { ...measuredResult, steps },
});

/** Of each day before today, and half of today. */
const peaks = (days: number, value: (day: number) => number) =>
  Array.from({ length: days + 1 }, (_, day) => ({
    at: today - (days - day) * dayMs,
    value: day === days ? 1 : value(day),
  }));

const found = (...given: Parameters<typeof capacityOf>) => {
  const claim = capacityOf(...given);
  expect(capacityClaim.parse(claim)).toEqual(claim);
  if (!claim.enough) throw new Error(claim.reason);
  return claim;
};

describe('capacity', () => {
  it('is what was answered well at a level that was borne, also where the generator was at its end', () => {
    const claim = found(test(step(40, 'ok', 95), step(50, 'generator-limited'), step(60, 'overloaded')), [], now);
    expect(claim).toMatchObject({ testedRequestsPerSecond: 50, testedUsers: 60, maxRequestsPerSecond: 50 });
    expect(claim.demand).toMatchObject({ enough: false });
    expect(claim.reached).toMatchObject({ enough: false, reason: '0 days have data' });
    expect(found(test(step(40, 'ok', 95)), [], now).testedRequestsPerSecond).toBe(38);
  });

  it('is the peak of the curve where the test has one', () => {
    const fitted = { lambda: 3, sigma: 0.01, kappa: 0.0001, rSquared: 1 };
    const interval = { low: 0, high: 1 };
    const capacity = {
      ...fitted,
      maxRequestsPerSecond: 80,
      interval: { lambda: interval, sigma: interval, kappa: interval },
    };
    const { result, ...named } = test(step(40, 'ok'));
    expect(found({ ...named, result: { ...result, capacity } }, [], now).maxRequestsPerSecond).toBe(80);
  });

  it('is not claimed where nothing was borne, or nothing tested', () => {
    expect(capacityOf(undefined, [], now)).toMatchObject({ enough: false });
    expect(capacityOf(test(step(40, 'failing')), [], now)).toMatchObject({ enough: false, reason: /no level/ });
  });

  it('will be reached when the daily peaks, which grow, come to it: first by the upper end, last by the lower', () => {
    const random = new Random(1);
    const grows = peaks(200, (day) => 50 + 0.2 * day + 5 * Math.sin((2 * Math.PI * day) / 7) + random.normal());
    const claim = found(test(step(100, 'ok')), grows, now);
    if (!claim.reached.enough) throw new Error(claim.reached.reason);
    const { expectedAt = '', earliestAt = '', horizonDays } = claim.reached;
    expect(horizonDays).toBe(50);
    // Today they would be at 90, and at 100 with the week's 5 some 25 days from now.
    const daysAhead = (Date.parse(expectedAt) - today) / dayMs;
    expect(daysAhead).toBeGreaterThan(15);
    expect(daysAhead).toBeLessThan(40);
    expect(earliestAt <= expectedAt).toBe(true);
    const findings = capacityFindings(claim);
    for (const each of findings) expect(finding.parse(each)).toEqual(each);
    expect(findings[0]?.issue).toContain(`around ${expectedAt.slice(0, 10)}`);
  });

  it('is not reached by demand that stays far below it, which is nothing to tell of', () => {
    const level = found(
      test(step(100, 'ok')),
      peaks(60, (day) => 10 + (day % 7)),
      now,
    );
    expect(level.reached).toMatchObject({ enough: true });
    expect(level.reached).not.toHaveProperty('earliestAt');
    expect(level.demand).toMatchObject({ peakRequestsPerSecond: 16, usedPercent: 16 });
    expect(capacityFindings(level)).toEqual([]);
    const near = found(
      test(step(18, 'ok')),
      peaks(60, (day) => 10 + (day % 7)),
      now,
    );
    expect(capacityFindings(near)).toHaveLength(1);
  });
});
