import { describe, expect, it } from 'vitest';
import { awsFindings } from '../../../lib/analysis/findings/aws-findings.ts';
import { finding } from '../../../lib/contracts/analysis-depths.ts';
import type { AwsFigures } from '../../../lib/contracts/aws-metrics.ts';
import { thresholdsInForce } from '../../../lib/contracts/thresholds.ts';

const thresholds = thresholdsInForce({ preset: 'default' });

const figures = (changes: Partial<AwsFigures>): AwsFigures => ({
  timestamp: '2026-01-31T12:00:00.000Z',
  from: '2026-01-30T12:00:00.000Z',
  to: '2026-01-31T12:00:00.000Z',
  periodSeconds: 3600,
  ...{ lambdas: [], apis: [], tables: [], caches: [], queues: [], problems: [] },
  ...changes,
});

const matters = (changes: Partial<AwsFigures>) => {
  const found = awsFindings(figures(changes), thresholds);
  for (const each of found) expect(finding.parse(each)).toEqual(each);
  return found.flatMap(({ evidence }) => evidence.map(({ metric }) => metric));
};

describe('what CloudWatch shows to be wrong', () => {
  it.each<[string, Partial<AwsFigures>, string]>([
    ['throttled invocations', { lambdas: [{ name: 'f', invocations: 100, throttles: 5 }] }, 'aws.lambda.throttles'],
    ['failed ones', { lambdas: [{ name: 'f', errors: 6, errorRatePercent: 6 }] }, 'aws.lambda.errors'],
    ['cold starts that are felt', { lambdas: [{ name: 'f', maxInitMs: 1400 }] }, 'aws.lambda.coldStarts'],
    ['answers of 5xx', { apis: [{ name: 'a', requests: 100, serverErrors: 9 }] }, 'aws.api.serverErrors'],
    ['a slow gateway', { apis: [{ name: 'a', p95LatencyMs: 300, p95IntegrationLatencyMs: 90 }] }, 'aws.api.overhead'],
    [
      'throttled reads',
      { tables: [{ name: 't', readThrottleEvents: 3, writeThrottleEvents: 2, operations: [] }] },
      'aws.table.throttles',
    ],
    [
      'throttled operations',
      { tables: [{ name: 't', operations: [{ operation: 'Query', throttledRequests: 5 }] }] },
      'aws.table.throttles',
    ],
    ['a low hit rate', { caches: [{ name: 'c', hits: 10, misses: 90, hitRatePercent: 10 }] }, 'aws.cache.hitRate'],
    ['throttled commands', { caches: [{ name: 'c', throttledCommands: 5 }] }, 'aws.cache.throttles'],
    ['a full cache', { caches: [{ name: 'c', maxMemoryPercent: 95 }] }, 'aws.cache.memory'],
    ['a busy cache', { caches: [{ name: 'c', maxCpuPercent: 99 }] }, 'aws.cache.cpu'],
    ['a queue that is behind', { queues: [{ name: 'q', maxOldestMessageAgeSeconds: 900 }] }, 'aws.queue.age'],
  ])('%s', (_, changes, matter) => {
    expect(matters(changes)).toEqual([matter]);
  });

  it('is nothing where all is well, or nothing is known', () => {
    expect(
      matters({
        lambdas: [{ name: 'f', invocations: 100, errors: 1, errorRatePercent: 1, throttles: 0, maxInitMs: 300 }],
        apis: [
          { name: 'a', requests: 100, serverErrors: 1, p95LatencyMs: 100, p95IntegrationLatencyMs: 90 },
          { name: 'b' },
        ],
        tables: [{ name: 't', readThrottleEvents: 0, operations: [{ operation: 'GetItem', requests: 9 }] }],
        caches: [{ name: 'c', hitRatePercent: 95, maxMemoryPercent: 40 }, { name: 'd' }],
        queues: [{ name: 'q', maxOldestMessageAgeSeconds: 2 }],
      }),
    ).toEqual([]);
  });

  it('is nothing where there is too little to say so', () => {
    expect(
      matters({
        lambdas: [{ name: 'f', invocations: 4, throttles: 4, errors: 4, errorRatePercent: 100 }],
        apis: [{ name: 'a', requests: 4, serverErrors: 4 }],
        tables: [
          { name: 't', readThrottleEvents: 4, operations: [] },
          { name: 'u', operations: [{ operation: 'Query', throttledRequests: 4 }] },
        ],
        caches: [{ name: 'c', hits: 0, misses: 99, hitRatePercent: 0, throttledCommands: 4 }],
      }),
    ).toEqual([]);
  });

  it('has a name that its numbers do not change', () => {
    const idOf = (throttles: number) =>
      awsFindings(figures({ lambdas: [{ name: 'f', throttles }] }), thresholds)[0]?.findingId;
    expect(idOf(5)).toBe(idOf(6));
  });
});
