import type { Analysis, Bottleneck, BottleneckType } from '../contracts/analysis.ts';
import type { Thresholds } from '../contracts/thresholds.ts';
import { isoTime } from '../platform/clock.ts';
import type { TelemetryAggregate } from '../telemetry/aggregate.ts';
import { merged } from '../telemetry/metrics.ts';
import type { Period } from '../telemetry/period.ts';
import { endpointTimes } from './breakdown.ts';
import { causesFirst, type Found } from './causes.ts';
import { healthOf } from './health-score.ts';
import { measuredOf } from './measured.ts';
import { opportunitiesOf } from './opportunities.ts';
import { predict } from './prediction.ts';
import { recommendationsOf } from './recommendations.ts';
import { resourceAnalysisOf } from './resource-analysis.ts';
import type { Observed } from './rules/finding.ts';
import { rules } from './rules/rules.ts';
import { starvation } from './starvation.ts';

/** A list nobody reads to its end. */
const maxBottlenecks = 25;
/** An item must stay below 400 KB, and what a bottleneck says stands in its opportunity and in the recommendations, too. */
const maxBottleneckBytes = 150_000;

export type Conclusions = Pick<
  Analysis,
  | 'performanceScore'
  | 'band'
  | 'coverage'
  | 'categories'
  | 'bottlenecks'
  | 'optimizationOpportunities'
  | 'resourceAnalysis'
  | 'recommendations'
>;

/**
 * The score of a period, what holds the service back, and what a remedy is worth.
 *
 * @param known.bestRequestsPerCpuSecond of the last 30 days
 */
export function analyse(
  telemetry: TelemetryAggregate,
  thresholds: Thresholds,
  period: Period,
  known: { bestRequestsPerCpuSecond?: number | undefined } = {},
): Conclusions {
  const { score, band, coverage, categories } = healthOf(measuredOf(telemetry, thresholds));
  const observed = observedOf(telemetry, thresholds, period);
  const found = findingsOf(observed).map(({ type, finding }) => ({
    ...finding,
    type,
    ...(finding.saving === undefined ? {} : { predicted: predict(observed, finding.saving) }),
  }));
  const bottlenecks = fitting(
    found.map(({ remedy: _, opportunity: __, saving: ___, blocks: ____, ...bottleneck }): Bottleneck => bottleneck),
  );
  const valued = found.slice(0, bottlenecks.length);
  const resources = resourceAnalysisOf(observed, known.bestRequestsPerCpuSecond);
  return {
    ...(score === undefined ? {} : { performanceScore: score }),
    ...(band === undefined ? {} : { band }),
    coverage,
    categories,
    bottlenecks,
    optimizationOpportunities: opportunitiesOf(valued),
    ...(resources === undefined ? {} : { resourceAnalysis: resources }),
    recommendations: recommendationsOf(bottlenecks, telemetry),
  };
}

function observedOf(telemetry: TelemetryAggregate, thresholds: Thresholds, period: Period): Observed {
  const { from, to } = telemetry.observed ?? period;
  const responseTime = merged(telemetry.endpoints.map((endpoint) => endpoint.responseTime));
  const byEndpoint = new Map(telemetry.endpoints.map((endpoint) => [endpoint.endpoint, endpoint.responseTime]));
  return {
    telemetry,
    thresholds,
    from: isoTime(from),
    to: isoTime(to),
    times: endpointTimes(telemetry),
    starvation: starvation(telemetry.resources),
    responseTime,
    responseTimeOf: (endpoint) => byEndpoint.get(endpoint),
    requests: responseTime.count,
    failedRequests: telemetry.endpoints.reduce((sum, { failed }) => sum + failed, 0),
    requestTimeUs: responseTime.sum,
  };
}

const findingsOf = (observed: Observed): Found[] =>
  causesFirst(
    Object.entries(rules).flatMap(([type, rule]) =>
      rule(observed).map((finding) => ({ type: type as BottleneckType, finding })),
    ),
    observed.times,
  ).slice(0, maxBottlenecks);

/** The first of them, as many as there is room for. */
function fitting(bottlenecks: Bottleneck[]): Bottleneck[] {
  let bytes = 0;
  const beyond = bottlenecks.findIndex((each) => {
    bytes += Buffer.byteLength(JSON.stringify(each));
    return bytes > maxBottleneckBytes;
  });
  return beyond < 0 ? bottlenecks : bottlenecks.slice(0, beyond);
}
