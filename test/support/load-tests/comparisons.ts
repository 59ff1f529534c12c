import { type Comparison, comparison, comparisonRequest } from '../../../lib/contracts/comparisons.ts';
import type { LoadStep } from '../../../lib/contracts/load-result.ts';
import { Random } from '../../../lib/statistics/random.ts';

const names = ['memory 512', 'memory 1024', 'memory 1024 on arm64'] as const;
const rounds = 10;

/** A comparison as the platform gives it: of three configurations, the last of which is the best where there is a winner. */
export function comparisonOf({ hasWinner = true } = {}): Comparison {
  const random = new Random(7);
  const meansMs = hasWinner ? [62, 49, 41] : [50, 49.6, 49.9];
  const request = comparisonRequest.parse({
    configurations: names.map((name, index) => ({ name, project: `shop-${index}`, description: 'The catalogue' })),
    users: 40,
    durationSeconds: 60,
  });
  const results = Object.fromEntries(
    names.map((name, index) => {
      const meanMs = meansMs[index] ?? 50;
      const slices = Array.from({ length: rounds }, (_, round): LoadStep => {
        const ms = meanMs * (1 + 0.06 * (random.fraction() - 0.5) + (round === 6 ? 0.12 : 0));
        return {
          part: 'comparison',
          configuration: name,
          users: 40,
          startSecond: (round * names.length + index) * 6,
          durationSeconds: 6,
          requests: Math.round((40_000 / ms) * 6),
          avgResponseTimeMs: ms,
          p95ResponseTimeMs: ms * 1.8,
          successRatePercent: 100,
          requestsPerSecond: 40_000 / ms,
          errors: [],
        };
      });
      return [
        name,
        {
          avgResponseTimeMs: meanMs,
          p50ResponseTimeMs: meanMs * 0.9,
          p95ResponseTimeMs: meanMs * 1.8,
          p99ResponseTimeMs: meanMs * 2.9,
          requests: slices.reduce((sum, { requests }) => sum + requests, 0),
          requestsPerSecond: 40_000 / meanMs,
          successRatePercent: 99.98,
          performanceScore: 100 - meanMs / 4,
          coefficientOfVariationPercent: 3.9,
          slices,
        },
      ];
    }),
  );
  const best = names[2];
  return comparison.parse({
    comparisonId: '01JD2V8Q6Y0000000000000001',
    configurations: request.configurations,
    status: 'completed',
    progressPercent: 100,
    createdAt: '2026-01-31T02:00:00.000Z',
    endedAt: '2026-01-31T02:03:04.000Z',
    request,
    result: {
      testDurationSeconds: 184,
      rounds,
      results,
      bestConfiguration: hasWinner
        ? {
            name: best,
            improvementPercent: 16.3,
            interval: { lowPercent: 13.9, highPercent: 18.8 },
            advantages: ['19.5 % more requests a second', 'p95 of 73.8 ms in place of 88.2 ms'],
          }
        : null,
      ...(hasWinner
        ? {}
        : { noWinner: 'memory 1024 is ahead by 0.6 % (95 %: -0.9 to 2.2 %), less than the margin of 3 %.' }),
      detailedAnalysis: { biggestGain: hasWinner ? best : null, mostStable: names[1], mostEfficient: best },
      generator: { verdict: 'ok', reasons: [] },
    },
  });
}
