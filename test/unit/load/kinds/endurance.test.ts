import { describe, expect, it } from 'vitest';
import type { TimelinePoint } from '../../../../lib/contracts/load-result.ts';
import { enduranceFiguresOf } from '../../../../lib/load/kinds/endurance-figures.ts';

const timeline = (changes: (minute: number) => Partial<TimelinePoint>): TimelinePoint[] =>
  Array.from({ length: 31 }, (_, minute) => ({
    second: minute * 60,
    durationSeconds: 60,
    requests: 1000,
    failedRequests: minute % 3,
    requestsPerSecond: 16 + (minute % 2),
    activeUsers: 5,
    p95ResponseTimeMs: 20 + (minute % 4),
    ...changes(minute),
  }));

describe('what drifted in the course of a long test', () => {
  it('is nothing where all goes on as it was', () => {
    expect(
      enduranceFiguresOf(
        timeline(() => ({})),
        [],
      ),
    ).toMatchObject({
      responseTime: { direction: 'stable' },
      errorRate: { direction: 'stable' },
      throughput: { direction: 'stable' },
      memory: { direction: 'unknown' },
    });
  });

  it('is the error rate where more and more connections are refused, until all are', () => {
    const refusing = timeline((minute) => ({
      connectionFailures: 20 * minute,
      ...(minute > 20 ? { requests: 0, failedRequests: 0 } : {}),
    }));
    expect(enduranceFiguresOf(refusing, []).errorRate.direction).toBe('rising');
  });
});
