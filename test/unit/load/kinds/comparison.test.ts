import { describe, expect, it } from 'vitest';
import { comparisonRequest } from '../../../../lib/contracts/comparisons.ts';
import { emptyFold } from '../../../../lib/load/fold/fold.ts';
import { comparisonResultOf } from '../../../../lib/load/kinds/comparison-result.ts';
import type { PlayedStep } from '../../../../lib/load/kinds/played-step.ts';
import { startAtMs, storedRun, storedShard, storedStep } from '../../../support/load-run.ts';

const rounds = 10;
const workers = 2;

interface Measured {
  meanMs: number;
  p95Ms?: number;
  failedOfHundred?: number;
}

const slice = ({ meanMs, p95Ms = 2 * meanMs, failedOfHundred = 0 }: Measured, target: number): PlayedStep => ({
  ...storedStep({ part: 'comparison', target }),
  elapsedSeconds: 2,
  heldSeconds: 1,
  requests: 100,
  successful: 100 - failedOfHundred,
  requestsPerSecond: 100,
  connectionFailures: 0,
  latency: { meanMs, p50Ms: meanMs, p95Ms, p99Ms: p95Ms, serviceMeanMs: meanMs },
  errors: [],
  peakActive: 10,
  byShard: Array.from({ length: workers }, (_, shard) => ({ shard, requests: 50, meanMs: meanMs + shard / 10 })),
});

/** Of configurations whose slices were all alike. */
function resultOf(measured: Readonly<Record<string, Measured>>, lagMs = 0) {
  const names = Object.keys(measured);
  const fold = emptyFold();
  fold.played = Array.from({ length: rounds }, () => Object.values(measured).map(slice)).flat();
  fold.generator.lag.record(lagMs * 1000);
  const request = comparisonRequest.parse({ configurations: names.map((name) => ({ name, project: 'shop' })) });
  const run = storedRun({ kind: 'comparison', phase: 'ended', workers, step: storedStep() });
  const shards = [0, 1].map((shard) => storedShard(shard, { state: 'done', stepsDone: 1 }));
  return comparisonResultOf(run, request, shards, fold, startAtMs);
}

describe('The winner of a comparison', () => {
  it('answers soonest, and harms nobody', () => {
    const { bestConfiguration } = resultOf({ a: { meanMs: 10 }, b: { meanMs: 11 }, c: { meanMs: 20 } });
    expect(bestConfiguration).toMatchObject({ name: 'a' });
  });

  it('fails no more often than any of the others, be it the slowest', () => {
    const { bestConfiguration, noWinner } = resultOf({
      a: { meanMs: 10, failedOfHundred: 3 },
      b: { meanMs: 11, failedOfHundred: 3 },
      c: { meanMs: 20 },
    });
    expect(bestConfiguration).toBeNull();
    expect(noWinner).toBe('a answers sooner, but it fails 3 percentage points more often than c');
  });

  it('has no longer p95 than any of the others', () => {
    const { bestConfiguration, noWinner } = resultOf({
      a: { meanMs: 10, p95Ms: 50 },
      b: { meanMs: 11, p95Ms: 50 },
      c: { meanMs: 20, p95Ms: 40 },
    });
    expect(bestConfiguration).toBeNull();
    expect(noWinner).toBe('a answers sooner, but its p95 is 25 % above that of c');
  });

  it('is not named where the generator could not keep up', () => {
    const { bestConfiguration, noWinner, generator } = resultOf({ a: { meanMs: 10 }, b: { meanMs: 20 } }, 50);
    expect(generator.verdict).toBe('limited');
    expect(bestConfiguration).toBeNull();
    expect(noWinner).toMatch(/^the load generator could not keep up: 1 % of the requests were sent over 50 ms after/);
  });
});
