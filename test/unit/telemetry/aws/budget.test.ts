import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costUsd, freshForSeconds, isWithin } from '../../../../lib/telemetry/aws/budget.ts';

const midnight = Date.parse('2026-01-31T00:00:00.000Z');
const spending = { metrics: 50, metricsToday: 50, budgetUsd: 1, periodSeconds: 60 };

describe('the budget for metrics', () => {
  it('is reckoned at a cent for a thousand metrics', () => {
    expect([costUsd(1_000), costUsd(1), costUsd(0)]).toEqual([0.01, 0.00001, 0]);
    expect([isWithin(1, 99_950, 50), isWithin(1, 99_951, 50), isWithin(0, 0, 1), isWithin(0, 0, 0)]).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });

  it('lets figures be renewed each minute while it lasts for the day, and by the length of their periods', () => {
    expect(freshForSeconds(spending, midnight)).toBe(60);
    expect(freshForSeconds({ ...spending, periodSeconds: 900 }, midnight)).toBe(225);
    expect(freshForSeconds({ ...spending, periodSeconds: 86_400 }, midnight)).toBe(900);
  });

  it('is spread over the day where it would not last', () => {
    // A hundred refreshes a day.
    expect(freshForSeconds({ ...spending, metrics: 1_000, metricsToday: 0 }, midnight)).toBe(864);
    expect(freshForSeconds({ ...spending, metrics: 1_000, metricsToday: 50_000 }, midnight)).toBe(1_728);
  });

  it('is never overdrawn by whoever asks as often as it lets them, from any moment of the day', () => {
    const times = fc.integer({ min: 0, max: 86_399 });
    fc.assert(
      fc.property(
        times,
        fc.integer({ min: 1, max: 3_300 }),
        fc.double({ min: 0, max: 2, noNaN: true }),
        (second, metrics, budgetUsd) => {
          let metricsToday = 0;
          let refreshes = 0;
          for (let now = midnight + 1_000 * second; now < midnight + 86_400_000; ) {
            const isAllowed = isWithin(budgetUsd, metricsToday, metrics);
            if (isAllowed) metricsToday += metrics;
            if (isAllowed) refreshes++;
            const seconds = freshForSeconds({ metrics, metricsToday, budgetUsd, periodSeconds: 60 }, now);
            expect(seconds).toBeGreaterThan(0);
            now += 1_000 * Math.max(1, seconds);
          }
          expect(costUsd(metricsToday)).toBeLessThanOrEqual(budgetUsd);
          expect(refreshes).toBeLessThanOrEqual(1_440);
        },
      ),
      { numRuns: 50 },
    );
  });
});
