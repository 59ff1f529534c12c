import { type CheckLimit, checkLimitList } from '../../contracts/check-limits.ts';
import type { Breach } from '../../contracts/checks.ts';
import { decimal } from '../../contracts/figures.ts';
import type { OperationAnswer } from '../../contracts/routes.ts';
import { unmeasured } from '../../pages/units.ts';
import { Badge } from '../components/badge.tsx';
import { Card } from '../components/card.tsx';
import { type Column, DataTable } from '../components/data-table.tsx';

type Run = OperationAnswer<'getCheck'>;

interface Limit {
  title: string;
  expected: string;
  actual: string;
  /** `below`: of what is aimed at, and no limit. */
  state: 'held' | 'below' | 'broken' | 'not measured';
}

/** What was to hold, and whether it did. */
export const LimitsCard = ({ run }: { run: Run }) => (
  <Card title="Limits">
    <DataTable caption="Limits" columns={columns} rows={limitsOf(run)} rowKey={({ title }) => title} />
  </Card>
);

const tones = { held: 'good', below: 'doubtful', broken: 'bad', 'not measured': 'plain' } as const;

const columns: readonly Column<Limit>[] = [
  { header: 'Limit', cell: ({ title }) => title },
  { header: 'Asked for', cell: ({ expected }) => expected },
  { header: 'Measured', cell: ({ actual }) => <b>{actual}</b> },
  { header: 'Held', cell: ({ state }) => <Badge tone={tones[state]}>{state}</Badge> },
];

/** Those that a run names, and all else that was broken: objectives, thresholds of its load test. */
function limitsOf(run: Run): Limit[] {
  const others = run.breaches.filter(({ limit }) => !checkLimitList.some(({ name }) => name === limit));
  return [...(run.kind === 'check' ? limitsOfCheck(run) : limitsOfPipeline(run)), ...others.map(broken)];
}

function limitsOfCheck(run: Extract<Run, { kind: 'check' }>): Limit[] {
  const { limits } = run.request;
  const figures = { loadTest: run.loadTest, score: run.analysis?.performanceScore };
  return checkLimitList.map((limit) => {
    const measured = limit.actual(figures);
    const isBroken = run.breaches.some((breach) => breach.limit === limit.name);
    const state = isBroken ? 'broken' : measured === undefined ? 'not measured' : 'held';
    return written(limit, limits[limit.name], measured, state);
  });
}

/** Its load test has limits. A score, or a share of cache hits, that is too low is something to mend. */
function limitsOfPipeline({ settings, steps, findings, breaches }: Extract<Run, { kind: 'pipeline' }>): Limit[] {
  const isMeasured = steps.some(({ name, status }) => name === 'load-test' && status === 'completed');
  const ofTest = checkLimitList.flatMap((limit) => {
    if (limit.name === 'minScore') return [];
    const breach = breaches.find((one) => one.limit === limit.name);
    const state = breach !== undefined ? 'broken' : isMeasured ? 'held' : 'not measured';
    return [written(limit, settings[limit.name], breach?.actual, state)];
  });
  const aim = (title: string, unit: string, expected: number, actual: number | undefined): Limit => {
    const state = actual === undefined ? 'not measured' : actual >= expected ? 'held' : 'below';
    return written({ title, unit, bound: 'at least' }, expected, actual, state);
  };
  return [
    ...ofTest,
    aim('score, or it is optimized', '', settings.minScore, findings.performanceScore),
    aim('cache hits, or caches are maintained', ' %', settings.minCacheHitRatePercent, findings.cacheHitRatePercent),
  ];
}

const written = (
  { title, unit, bound }: Pick<CheckLimit, 'title' | 'unit' | 'bound'>,
  expected: number,
  actual: number | undefined,
  state: Limit['state'],
): Limit => ({
  title,
  expected: `${bound} ${decimal(expected)}${unit}`,
  actual: actual === undefined ? unmeasured : `${decimal(actual)}${unit}`,
  state,
});

const broken = ({ limit, expected, actual }: Breach): Limit => ({
  title: limit,
  expected: decimal(expected),
  actual: decimal(actual),
  state: 'broken',
});
