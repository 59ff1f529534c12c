import { describe, expect, it } from 'vitest';
import type { TimelinePoint } from '../../../../lib/contracts/load-result.ts';
import { spikeFiguresOf } from '../../../../lib/load/kinds/spike-figures.ts';

const windows = { baseFrom: 2, spikeFrom: 12, spikeTo: 15, end: 30 };
const timeline = (p95Of: (second: number) => number, failedOf: (second: number) => number = () => 0): TimelinePoint[] =>
  Array.from({ length: 30 }, (_, second) => ({
    second,
    durationSeconds: 1,
    requests: 100,
    failedRequests: failedOf(second),
    requestsPerSecond: 100,
    activeUsers: 5,
    p95ResponseTimeMs: p95Of(second),
  }));
const inSpike = (second: number): boolean => second >= 12 && second < 15;

describe('what a spike did', () => {
  it('is told with the time it took until all was as before', () => {
    const points = timeline((second) => (inSpike(second) ? 300 + second : second < 20 && second >= 15 ? 150 : 20));
    expect(spikeFiguresOf(points, windows)).toEqual({
      baseP95ResponseTimeMs: 20,
      spikeP95ResponseTimeMs: 313,
      peakP95ResponseTimeMs: 314,
      spikeErrorRatePercent: 0,
      recoverySeconds: 5,
    });
  });

  it('is over at once where it did no harm', () => {
    expect(
      spikeFiguresOf(
        timeline(() => 20),
        windows,
      ).recoverySeconds,
    ).toBe(0);
  });

  it('is not over while requests still fail, or while it comes back', () => {
    const failing = timeline(
      () => 20,
      (second) => (second >= 12 && second < 24 ? 30 : 0),
    );
    expect(spikeFiguresOf(failing, windows)).toMatchObject({ spikeErrorRatePercent: 30, recoverySeconds: 9 });
    const again = timeline((second) => (inSpike(second) || second === 17 ? 200 : 20));
    expect(spikeFiguresOf(again, windows).recoverySeconds).toBe(3);
  });

  it('counts connections that are refused, however well the others are answered', () => {
    const refusing = timeline(() => 20).map((point, second) =>
      inSpike(second)
        ? { ...point, requests: 10, connectionFailures: 90 }
        : { ...point, connectionFailures: second >= 15 && second < 20 ? 100 : 0 },
    );
    expect(spikeFiguresOf(refusing, windows)).toMatchObject({ spikeErrorRatePercent: 90, recoverySeconds: 5 });
    const deaf = refusing.map((point, second) => (inSpike(second) ? { ...point, requests: 0 } : point));
    expect(spikeFiguresOf(deaf, windows).spikeErrorRatePercent).toBe(100);
  });

  it('is over where the intervals are as far apart as they were before', () => {
    const restless = timeline((second) => (inSpike(second) ? 200 : second % 4 === 0 ? 60 : 20));
    expect(spikeFiguresOf(restless, windows).recoverySeconds).toBe(0);
  });

  it('is not known to be over where it was not within the test', () => {
    expect(
      spikeFiguresOf(
        timeline((second) => (second < 12 ? 20 : 200)),
        windows,
      ).recoverySeconds,
    ).toBeNull();
    expect(spikeFiguresOf([], windows)).toEqual({ recoverySeconds: null });
  });
});
