import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { poolFigures } from '../../../lib/contracts/telemetry-views.ts';
import { type PoolFinding, type PoolToJudge, poolAdvice } from '../../../lib/telemetry/pool-advice.ts';

/** An hour of a pool that is well. */
const well: PoolToJudge = {
  pool: 'main',
  system: 'postgresql',
  size: 10,
  avgOpen: 6,
  peakOpen: 8,
  avgInUse: 2,
  peakInUse: 7,
  peakWaiting: 0,
  usedPercent: 20,
  fullPercent: 0,
  requested: 50_000,
  avgWaitMs: 0.1,
  p95WaitMs: 0.4,
  maxWaitMs: 12,
  timeouts: 0,
  errors: 0,
  created: 12,
  closed: 6,
  overflow: 0,
  checks: 120,
  failedChecks: 0,
  oldestConnectionSeconds: 3_000,
  periodMinutes: 60,
  instances: 1,
};
const full = { peakInUse: 10, peakWaiting: 14, fullPercent: 40, avgInUse: 8, p95WaitMs: 80 };

/** What fires on what, how its evidence shows the figures, and what is just not enough for it. */
const cases: [PoolFinding, Partial<PoolToJudge>, RegExp, Partial<PoolToJudge>[]][] = [
  [
    'too-small',
    full,
    /all 10 connections .* 40 % .* 14 callers .* 80 ms/,
    [
      { ...full, p95WaitMs: 5 },
      { ...full, peakInUse: 9 },
      { ...full, peakWaiting: 0 },
    ],
  ],
  ['held-too-long', { ...full, requested: 20_000 }, /keeps one for 1440 ms/, [full]],
  ['callers-gave-up', { timeouts: 3 }, /3 callers .* 0 % of all/, [{ timeouts: 0 }]],
  ['connections-fail', { errors: 900 }, /900 connections .* 50000/, [{ errors: 4, requested: 10 }, { errors: 100 }]],
  ['checks-fail', { failedChecks: 12 }, /12 of 120/, [{ failedChecks: 1, checks: 1 }, { failedChecks: 3 }]],
  [
    'over-server-limit',
    { instances: 20, serverLimit: 100 },
    /20 instances .* 10 connections each, 200 in all; the server takes 100/,
    [{ instances: 10, serverLimit: 100 }, { instances: 500 }],
  ],
  [
    'reopened-all-the-time',
    { created: 10_000, closed: 9_995 },
    /10000 connections .* 9995 closed .* every 5/,
    [
      { created: 3_000, closed: 3_000 },
      { created: 10, closed: 10, requested: 12 },
      { created: 900, closed: 2, requested: 1_000 },
    ],
  ],
  ['keeps-too-few', { overflow: 30, created: 40 }, /30 of 40/, [{ overflow: 12 }, { overflow: 30, created: 100 }]],
  [
    'too-large',
    { avgOpen: 20, peakInUse: 3, size: 20 },
    /20 connections .* up to 20, .* more than 3/,
    [
      { avgOpen: 20, peakInUse: 11, size: 20 },
      { avgOpen: 4, peakInUse: 1 },
      { avgOpen: 20, peakInUse: 3, size: 20, periodMinutes: 5 },
      { avgOpen: 20, peakInUse: 3, size: 20, peakWaiting: 1 },
    ],
  ],
  [
    'never-renewed',
    { oldestConnectionSeconds: 180_000 },
    /50 hours/,
    [{ oldestConnectionSeconds: 80_000 }, { oldestConnectionSeconds: 180_000, system: 'redis' }],
  ],
];

const findings = (change: Partial<PoolToJudge>): PoolFinding[] =>
  poolAdvice({ ...well, ...change }).map(({ finding }) => finding);

describe('the advice on a pool', () => {
  it('is none for one that is well', () => {
    expect(poolAdvice(well)).toEqual([]);
  });

  it.each(cases)('finds %s, with its figures, and only where it is so', (finding, ill, evidence, nearly) => {
    const advice = poolAdvice({ ...well, ...ill });
    expect(advice.map((each) => each.finding)).toEqual([finding]);
    expect(advice[0]?.evidence).toMatch(evidence);
    expect(advice[0]?.recommendation).toMatch(/^[A-Z0-9].*\.$/);
    for (const change of nearly) expect(findings(change)).not.toContain(finding);
  });

  it('asks for a limit where there is none', () => {
    const { size: _, ...unlimited } = well;
    expect(poolAdvice(unlimited)).toEqual([
      {
        finding: 'no-limit',
        evidence: expect.stringContaining('8 were open'),
        recommendation: expect.stringContaining('16'),
      },
    ]);
  });

  it('says what a locked database of SQLite needs', () => {
    const [advice] = poolAdvice({ ...well, system: 'sqlite', timeouts: 5 });
    expect(advice?.recommendation).toContain('write-ahead log');
  });

  it('says nothing that it cannot know without the length of the time', () => {
    const { periodMinutes: _, ...timeless } = well;
    expect(poolAdvice({ ...timeless, ...full, requested: 20_000 }).map(({ finding }) => finding)).toEqual([
      'too-small',
    ]);
    expect(poolAdvice({ ...timeless, avgOpen: 20, peakInUse: 3, size: 20 })).toEqual([]);
  });

  it('stands on whole figures, whatever they are', () => {
    const count = fc.nat({ max: 1e9 });
    const some = fc.option(fc.double({ min: 0, max: 1e9, noNaN: true }), { nil: undefined });
    const figures = fc.record(
      Object.fromEntries(
        Object.keys(poolFigures.shape).map((key) => {
          if (key === 'pool' || key === 'system') return [key, fc.constantFrom('postgresql', 'redis', 'sqlite')];
          return [key, /Ms$|Percent$|Seconds$|^size$/.test(key) ? some : count];
        }),
      ),
    );
    fc.assert(
      fc.property(figures, fc.option(fc.nat({ max: 1e5 }), { nil: undefined }), (pool, periodMinutes) => {
        const advice = poolAdvice({
          ...(pool as unknown as PoolToJudge),
          ...(periodMinutes !== undefined && { periodMinutes }),
        });
        expect(new Set(advice.map(({ finding }) => finding)).size).toBe(advice.length);
        expect(JSON.stringify(advice)).not.toMatch(/NaN|undefined|Infinity/);
      }),
    );
  });
});
