import type { Analysis, Bottleneck } from '../contracts/analysis.ts';
import type { Thresholds } from '../contracts/thresholds.ts';
import { isoTime } from '../platform/clock.ts';
import type { TelemetryAggregate } from '../telemetry/aggregate.ts';
import type { Period } from '../telemetry/period.ts';
import { healthOf } from './health-score.ts';
import { measuredOf } from './measured.ts';
import { opportunitiesOf } from './opportunities.ts';
import { recommendationsOf } from './recommendations.ts';
import type { Finding, Observed } from './rules/finding.ts';
import { rules } from './rules/rules.ts';

/** A list nobody reads to its end, and an item that must stay below 400 KB. */
const maxBottlenecks = 25;

export type Conclusions = Pick<
  Analysis,
  | 'performanceScore'
  | 'band'
  | 'coverage'
  | 'categories'
  | 'bottlenecks'
  | 'optimizationOpportunities'
  | 'recommendations'
>;

/** Depth `quick`: the score of a period, and what holds the service back. */
export function analyse(telemetry: TelemetryAggregate, thresholds: Thresholds, period: Period): Conclusions {
  const { score, band, coverage, categories } = healthOf(measuredOf(telemetry, thresholds));
  const found = findingsOf(observedOf(telemetry, thresholds, period));
  const bottlenecks = found.map(
    ({ type, finding: { remedy: _, opportunity: __, ...bottleneck } }): Bottleneck => ({ type, ...bottleneck }),
  );
  return {
    ...(score === undefined ? {} : { performanceScore: score }),
    ...(band === undefined ? {} : { band }),
    coverage,
    categories,
    bottlenecks,
    optimizationOpportunities: opportunitiesOf(found.map(({ finding }) => finding)),
    recommendations: recommendationsOf(bottlenecks, telemetry),
  };
}

function observedOf(telemetry: TelemetryAggregate, thresholds: Thresholds, period: Period): Observed {
  const { from, to } = telemetry.observed ?? period;
  const total = (value: (endpoint: TelemetryAggregate['endpoints'][number]) => number): number =>
    telemetry.endpoints.reduce((sum, endpoint) => sum + value(endpoint), 0);
  return {
    telemetry,
    thresholds,
    from: isoTime(from),
    to: isoTime(to),
    requests: total(({ responseTime }) => responseTime.count),
    failedRequests: total(({ failed }) => failed),
    requestTimeUs: total(({ responseTime }) => responseTime.sum),
  };
}

const findingsOf = (observed: Observed): { type: Bottleneck['type']; finding: Finding }[] =>
  Object.entries(rules)
    .flatMap(([type, rule]) => rule(observed).map((finding) => ({ type: type as Bottleneck['type'], finding })))
    .sort((a, b) => b.finding.performanceImpact - a.finding.performanceImpact)
    .slice(0, maxBottlenecks);
