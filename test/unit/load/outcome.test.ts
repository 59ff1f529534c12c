import { describe, expect, it } from 'vitest';
import { outcome, outcomeOf } from '../../../lib/load/outcome.ts';
import { requestOf } from '../../support/load-run.ts';
import { measuredResult } from '../../support/measured-result.ts';

const scenarios = ['/a', '/b', '/c', '/d'].map((path) => ({ name: `GET ${path}`, path }));
const of = (request: object, result = measuredResult) => outcomeOf(requestOf(request), result);

describe('what is kept of a test to be held against others', () => {
  it('is its main figures, and what it was', () => {
    const kept = of({ scenarios, users: 5 });
    expect(outcome.parse(kept)).toEqual(kept);
    expect(kept).toMatchObject({
      title: 'basic: GET /a, GET /b, GET /c and 1 more',
      p95ResponseTimeMs: 150,
      requestsPerSecond: 10,
      successRatePercent: 99,
    });
  });

  it('is alike of tests that asked for the same load, whoever sent it and whatever it was judged by', () => {
    const { likeness } = of({ scenarios, users: 5 }) ?? {};
    expect(of({ scenarios, users: 5, workers: 3, thresholds: ['p95<200'] })?.likeness).toBe(likeness);
    expect(of({ scenarios, users: 6 })?.likeness).not.toBe(likeness);
    expect(of({ scenarios: scenarios.slice(1), users: 5 })?.likeness).not.toBe(likeness);
  });

  it('is nothing where the figures are those of the generator, or of a part of the load', () => {
    const { generator } = measuredResult;
    const lost = { shard: 0, reason: 'died' as const };
    expect(of({}, { ...measuredResult, generator: { ...generator, verdict: 'limited' } })).toBeUndefined();
    expect(of({}, { ...measuredResult, generator: { ...generator, lostShards: [lost] } })).toBeUndefined();
  });
});
