import { describe, expect, it } from 'vitest';
import { changeFindings } from '../../../../lib/analysis/findings/change-findings.ts';
import { finding } from '../../../../lib/contracts/analysis-depths.ts';
import type { ChangePoint } from '../../../../lib/contracts/history-analysis/change-points.ts';

const dayMs = 86_400_000;
const now = Date.parse('2026-06-30T12:00:00.000Z');
const iso = (daysAgo: number): string => new Date(now - daysAgo * dayMs).toISOString();

const change = (daysAgo: number, before: number, after: number): ChangePoint => ({
  at: iso(daysAgo),
  between: { from: iso(daysAgo + 1), to: iso(daysAgo) },
  ...{ before, after, pValue: 0.001, changePercent: (100 * (after - before)) / before },
  verdict: after > before ? 'regression' : 'improvement',
});

const found = (...changePoints: ChangePoint[]) => {
  const findings = changeFindings({
    ...{ resolution: 'day', from: iso(365), to: iso(0), loadTests: [] },
    series: [{ metric: 'p95ResponseTimeMs', unit: 'ms', found: { enough: true, points: 300, changePoints } }],
  });
  for (const each of findings) expect(finding.parse(each)).toEqual(each);
  return findings;
};

describe('changes to the worse', () => {
  it('are named for two weeks', () => {
    expect(found(change(3, 100, 200))).toHaveLength(1);
    expect(found(change(13, 100, 200))).toHaveLength(1);
    expect(found(change(15, 100, 200))).toEqual([]);
  });

  it('are not hidden by an improvement that takes back a part of them', () => {
    const [partly, ...others] = found(change(9, 100, 200), change(4, 200, 150));
    expect(others).toEqual([]);
    expect(partly?.issue).toContain('from 100 to 150 ms (50');
    expect(found(change(9, 100, 200), change(4, 200, 101))).toEqual([]);
  });

  it('are measured from before the last of them', () => {
    const [last] = found(change(100, 50, 100), change(9, 100, 200));
    expect(last?.issue).toContain('from 100 to 200 ms');
  });

  it('are another matter on another day', () => {
    const idOf = (daysAgo: number) => found(change(daysAgo, 100, 200))[0]?.findingId;
    expect(idOf(3)).not.toBe(idOf(9));
    expect(idOf(3)).toBe(idOf(3));
  });
});
