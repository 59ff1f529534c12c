import { describe, expect, it } from 'vitest';
import { junitReport } from '../../../lib/checks/report/junit.ts';
import { type Check, checkRequest, takenCheckRequest } from '../../../lib/contracts/checks.ts';
import { burningBudget, missedBudget, openBudget } from '../../support/budgets.ts';
import { measuredResult } from '../../support/measured-result.ts';

const { timeline: _, ...loadTest } = measuredResult;
const check: Check = {
  kind: 'check',
  checkId: '01JD2V8Q6Y0000000000000000',
  project: 'shop',
  status: 'breached',
  progressPercent: 100,
  createdAt: '2026-01-31T02:00:00.000Z',
  endedAt: '2026-01-31T02:01:30.000Z',
  steps: [],
  request: takenCheckRequest.parse(checkRequest.parse({ limits: { maxP95ResponseTimeMs: 100 } })),
  loadTest,
  objectives: [missedBudget, burningBudget, openBudget],
  breaches: [
    { limit: 'maxP95ResponseTimeMs', expected: 100, actual: 150 },
    { limit: missedBudget.description, expected: 200, actual: 250 },
    { limit: `burn rate: ${burningBudget.description}`, expected: 14.4, actual: 20 },
  ],
};

/** `name: passed`, or with what was wrong. */
const casesOf = (xml: string): string[] =>
  [...xml.matchAll(/<testcase name="([^"]*)"[^>]*?(?:\/>|>\s*<(\w+)(?: type="failure")? message="([^"]*)")/g)].map(
    ([, name, kind = 'passed', message]) => `${name}: ${kind}${message === undefined ? '' : `: ${message}`}`,
  );

describe('the JUnit XML of a check', () => {
  it('has a case for each limit and each objective', () => {
    const xml = junitReport(check);
    expect(xml).toContain(
      '<testsuite name="shop: check" timestamp="2026-01-31T02:00:00" tests="8" failures="3" errors="0" skipped="2" time="90">',
    );
    expect(casesOf(xml)).toEqual([
      'the check was carried out: passed',
      'p95 response time at most 100 ms: failure: It was 150 ms (150).',
      'success rate at least 95 %: passed',
      'score at least 60: skipped: It was not measured.',
      '95 % of requests within 200 ms over 30 days: failure: It is missed: 250 (250).',
      'at most 0.1 % of requests fail over 30 days: passed',
      'at least 99.9 % of requests succeed over 30 days: skipped: Nothing was reported that could be counted.',
      'burn rate: at most 0.1 % of requests fail over 30 days: failure: It was 20, and not 14.4.',
    ]);
  });

  it('fails no build by an objective that does not count', () => {
    const xml = junitReport({ ...check, status: 'passed', breaches: [] });
    expect(xml).toContain('failures="0"');
    expect(casesOf(xml)).toContain('95 % of requests within 200 ms over 30 days: skipped: It is missed: 250 (250).');
  });

  it('fails where the check could not be carried out, of which nothing else is known', () => {
    const { loadTest: __, objectives: ___, ...rest } = check;
    expect(casesOf(junitReport({ ...rest, status: 'failed', reason: 'No worker started.', breaches: [] }))).toEqual([
      'the check was carried out: failure: No worker started.',
      'p95 response time at most 100 ms: skipped: It was not measured.',
      'success rate at least 95 %: skipped: It was not measured.',
      'score at least 60: skipped: It was not measured.',
    ]);
  });
});
