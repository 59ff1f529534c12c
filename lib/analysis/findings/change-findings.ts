import type { Evidence } from '../../contracts/analysis.ts';
import type { Finding } from '../../contracts/analysis-depths.ts';
import type { ChangePoint, ChangePointClaim, ChangePoints } from '../../contracts/history-analysis/change-points.ts';
import { inWords } from '../words.ts';
import { findingId } from './finding-id.ts';
import { lastingRegression } from './lasting-regression.ts';

const dayMs = 86_400_000;
/** What is older is how the service is, and no news. */
const newsMs = 14 * dayMs;
/** Load tests may be a week apart, and it takes some of them to see a new level. */
const newsOfTestsMs = 60 * dayMs;

interface Measured {
  /** The metric, or the load test and the metric. */
  component: string;
  metric: string;
  unit: string | undefined;
  found: ChangePointClaim;
}

export type Regression = Measured & { change: ChangePoint };

/** Levels that changed to the worse of late, and have not come back. */
export function recentRegressions({ series, loadTests, to }: ChangePoints): Regression[] {
  const measured = [
    ...series.map((each): Measured => ({ ...each, unit: each.unit, component: each.metric })),
    ...loadTests.map((each): Measured => ({ ...each, component: `${each.test}, ${each.metric}` })),
  ];
  return measured.flatMap((each): Regression[] => {
    const change = each.found.enough ? lastingRegression(each.found.changePoints) : undefined;
    if (change === undefined) return [];
    const ageMs = Date.parse(to) - Date.parse(change.at);
    return ageMs <= (change.testId === undefined ? newsMs : newsOfTestsMs) ? [{ ...each, change }] : [];
  });
}

/** What changed at one time is one finding. */
export function changeFindings(changes: ChangePoints): Finding[] {
  const regressions = recentRegressions(changes);
  return [...Map.groupBy(regressions, ({ change: { at, testId } }) => testId ?? at).values()].map((atOnce) =>
    findingOf(atOnce, changes.to),
  );
}

function findingOf(atOnce: readonly Regression[], to: string): Finding {
  const component = atOnce.map((each) => each.component).join('; ');
  const changes = atOnce.map(({ change }) => change);
  const testId = changes[0]?.testId;
  const at = changes[0]?.at ?? to;
  const from = changes.map(({ between }) => between.from).reduce((a, b) => (a < b ? a : b), at);
  const until = changes.map(({ between }) => between.to).reduce((a, b) => (a > b ? a : b), at);
  const levels = atOnce.map(({ metric, unit = '', change: { before, after, changePercent } }) => {
    const by = changePercent === undefined ? '' : ` (${inWords.percent(changePercent)})`;
    return `${metric} from ${inWords.count(before)} to ${inWords.count(after)} ${unit}${by}`;
  });
  const since = testId === undefined ? day(at) : `the load test ${testId} of ${day(at)}`;
  const when = day(from) === day(until) ? `on or shortly before ${day(at)}` : `between ${day(from)} and ${day(until)}`;
  return {
    findingId: findingId('change-point', component, day(at)),
    kind: 'change-point',
    component,
    issue: `Changed for good since ${since}: ${levels.join(', ')}.`,
    evidence: atOnce.map((each) => regressionEvidence(each, to)),
    recommendation: `Look at what was released or changed ${when}: it made this worse.`,
  };
}

const day = (time: string): string => time.slice(0, 10);

export const regressionEvidence = ({ metric, component, change }: Regression, to: string): Evidence => {
  const { between, before, after, changePercent, interval, pValue } = change;
  return {
    metric,
    subject: component,
    from: between.from,
    to,
    values: {
      before,
      after,
      pValue,
      ...(changePercent === undefined ? {} : { changePercent }),
      ...(interval === undefined ? {} : { changePercentLow: interval.low, changePercentHigh: interval.high }),
    },
  };
};
