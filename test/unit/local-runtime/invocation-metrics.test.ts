import { describe, expect, it } from 'vitest';
import { InvocationMetrics } from '../../../lib/local/lambda/invocation-metrics.ts';

const noon = Date.parse('2026-01-31T12:00:00.000Z');

describe('what the local Lambda reports of its functions', () => {
  it('is by function and minute, each once, in the values that CloudWatch makes statistics of', () => {
    const metrics = new InvocationMetrics();
    metrics.add('a', { outcome: 'answered', durationMs: 12.3456, concurrent: 1 }, noon);
    metrics.add('a', { outcome: 'failed', durationMs: 12.31, concurrent: 2 }, noon + 59_999);
    metrics.add('a', { outcome: 'throttled' }, noon);
    metrics.add('b', { outcome: 'throttled' }, noon + 60_000);
    const drained = metrics
      .drain()
      .map(({ MetricName, Dimensions, timestampMs, values }) => [
        `${Dimensions[0]?.Value} ${MetricName} ${(timestampMs - noon) / 60_000}`,
        values.map(({ value, count }) => [value, count]),
      ]);
    expect(Object.fromEntries(drained)).toEqual({
      'a Invocations 0': [[1, 2]],
      'a Errors 0': [
        [1, 1],
        [0, 1],
      ],
      'a Throttles 0': [
        [1, 1],
        [0, 2],
      ],
      'a Duration 0': [[12.3, 2]],
      'a ConcurrentExecutions 0': [[2, 1]],
      'b Throttles 1': [[1, 1]],
    });
    expect(metrics.drain()).toEqual([]);
  });

  it('takes little memory, however many invocations there are', () => {
    const metrics = new InvocationMetrics();
    for (let i = 0; i < 200_000; i++) metrics.add('a', { outcome: 'answered', durationMs: i / 7, concurrent: 1 }, noon);
    const duration = metrics.drain().find(({ MetricName }) => MetricName === 'Duration');
    expect(duration?.values.length).toBeLessThan(6_000);
    expect(duration?.values.reduce((sum, { count }) => sum + count, 0)).toBe(200_000);
  });
});
