import { describe, expect, it } from 'vitest';
import { peaksOf, type TrafficHistory } from '../../../../lib/analysis/history/peaks.ts';
import { peakClaim } from '../../../../lib/contracts/history-analysis/peaks.ts';

const hour = 3_600_000;
const monday = Date.parse('2026-01-26T00:00:00.000Z');
const at = (day: number, hours = 0): number => monday + day * 24 * hour + hours * hour;

type Metric = Parameters<TrafficHistory['days']['get']>[0];
const trafficOf = (points: Partial<Record<Metric, [at: number, value: number][]>>): TrafficHistory['days'] =>
  new Map(
    Object.entries(points).map(([metric, values]) => [metric as Metric, values.map(([at, value]) => ({ at, value }))]),
  );

const found = (
  history: Partial<TrafficHistory>,
  tested?: Parameters<typeof peaksOf>[1],
  loadPeriods: Parameters<typeof peaksOf>[2] = [],
) => {
  const claim = peaksOf({ days: trafficOf({}), hours: trafficOf({}), ...history }, tested, loadPeriods);
  expect(peakClaim.parse(claim)).toEqual(claim);
  if (!claim.enough) throw new Error(claim.reason);
  return claim;
};

describe('peaks', () => {
  it('are told by the hour where hours know of them, else by the day', () => {
    const days = trafficOf({
      requestsPerSecond: [
        [at(-20), 3],
        [at(0), 2],
      ],
      peakRequestsPerSecond: [
        [at(-20), 9],
        [at(0), 7],
      ],
      sustainedRequestsPerSecond: [[at(0), 5]],
    });
    const hours = trafficOf({
      requestsPerSecond: [[at(0, 5), 4]],
      peakRequestsPerSecond: [[at(0, 5), 7]],
      sustainedRequestsPerSecond: [[at(0, 5), 5]],
    });
    const { throughput, concurrency, byWeek } = found({ days, hours });
    expect(throughput.instantaneous).toEqual({
      value: 9,
      from: '2026-01-06T00:00:00.000Z',
      to: '2026-01-07T00:00:00.000Z',
    });
    expect(throughput.sustained).toMatchObject({ from: '2026-01-26T05:00:00.000Z', to: '2026-01-26T06:00:00.000Z' });
    expect(concurrency).toBeUndefined();
    expect(byWeek.map(({ weekFrom }) => weekFrom)).toEqual(['2026-01-05', '2026-01-26']);
  });

  it('come by the hour of the week: the mean of all weeks, and the highest', () => {
    const hours = trafficOf({
      requestsPerSecond: [
        [at(6, 23), 10],
        [at(-1, 23), 20],
        [at(0, 0), 1],
      ],
      peakRequestsPerSecond: [
        [at(6, 23), 50],
        [at(-1, 23), 40],
      ],
    });
    const { profile, busiest } = found({ hours });
    expect(profile).toEqual([
      { weekday: 1, hour: 0, requestsPerSecond: 1, peakRequestsPerSecond: 1, weeks: 1 },
      { weekday: 7, hour: 23, requestsPerSecond: 15, peakRequestsPerSecond: 50, weeks: 2 },
    ]);
    expect(busiest[0]).toEqual({ weekday: 7, hour: 23, requestsPerSecond: 15 });
  });

  it('come by the hour of the week as users come, without the hours in which load tests ran', () => {
    const hours = trafficOf({
      requestsPerSecond: [
        [at(0, 9), 10],
        [at(1, 3), 500],
      ],
      peakRequestsPerSecond: [
        [at(0, 9), 20],
        [at(1, 3), 900],
      ],
    });
    const { profile, throughput } = found({ hours }, undefined, [{ from: at(1, 3) + 60_000, to: at(1, 3) + 120_000 }]);
    expect(profile).toEqual([{ weekday: 1, hour: 9, requestsPerSecond: 10, peakRequestsPerSecond: 20, weeks: 1 }]);
    // What the service bore is told all the same.
    expect(throughput.instantaneous.value).toBe(900);
  });

  it('may exceed what was tested: then headroom is below 0', () => {
    const days = trafficOf({ peakRequestsPerSecond: [[at(0), 50]], sustainedRequestsPerSecond: [[at(0), 30]] });
    const tested = { testId: 'x', endedAtMs: at(1), requestsPerSecond: 20, users: 10 };
    expect(found({ days }, tested).headroom).toMatchObject({ enough: true, headroomPercent: -50 });
    expect(found({ days }).headroom).toMatchObject({ enough: false });
  });
});
