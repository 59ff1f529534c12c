import type { EndpointAggregate } from '../../telemetry/aggregate.ts';
import { milliseconds } from '../../telemetry/metrics.ts';
import { inWords } from '../words.ts';
import { evidence, type Finding, type Observed, share } from './finding.ts';
import { minCountForP95, typicalUs } from './typical-time.ts';

const minRequests = 5;

/**
 * Also below its threshold an endpoint is worth a look when it takes a large part of the service's time by its own work: not by
 * being called often (it is much slower than the rest), and not by waiting for queries (those have a rule of their own).
 * 20 ms is beyond what a busy machine adds to a quick answer.
 */
const outlier = { minSharePercent: 40, minMeanMs: 20, timesTheRest: 5, maxQuerySharePercent: 50 } as const;

export const slowEndpoint = (observed: Observed): Finding[] =>
  observed.telemetry.endpoints.flatMap((endpoint): Finding[] => {
    const { responseTime } = endpoint;
    if (responseTime.count < minRequests) return [];
    const thresholdMs = observed.thresholds.slowRequestMs.value;
    const meanMs = milliseconds(responseTime.mean);
    const p95Ms = milliseconds(responseTime.quantile(0.95));
    const overThreshold = typicalUs(responseTime) >= thresholdMs * 1000;
    if (!overThreshold && !isOutlier(endpoint, observed)) return [];
    const impact = share(responseTime.sum, observed.requestTimeUs);
    const name = endpoint.endpoint;
    const why = overThreshold
      ? `above its threshold of ${inWords.ms(thresholdMs)}`
      : 'far slower than the rest of the service';
    return [
      {
        component: name,
        issue: `Takes ${inWords.ms(meanMs)} on average and ${inWords.ms(p95Ms)} at its 95th percentile, ${why}, and ${inWords.percent(impact)} of all request time.`,
        performanceImpact: impact,
        evidence: [
          evidence(observed, 'endpoint.responseTimeMs', name, {
            requests: responseTime.count,
            meanMs,
            p95Ms,
            maxMs: milliseconds(responseTime.max),
            thresholdMs,
            requestTimeSharePercent: impact,
            queryTimeSharePercent: share(endpoint.queryTimeUs, responseTime.sum),
          }),
        ],
        recommendation: `Profile ${name}: ${share(endpoint.queryTimeUs, responseTime.sum)} % of its time is spent in queries, the rest in its own code and in what it calls.`,
        remedy: 'profile-endpoint',
        opportunity: `Make ${name} faster`,
      },
    ];
  });

function isOutlier({ responseTime, queryTimeUs }: EndpointAggregate, { requests, requestTimeUs }: Observed): boolean {
  const otherRequests = requests - responseTime.count;
  if (otherRequests < minCountForP95) return false;
  const othersMean = (requestTimeUs - responseTime.sum) / otherRequests;
  return (
    share(responseTime.sum, requestTimeUs) >= outlier.minSharePercent &&
    responseTime.mean >= outlier.minMeanMs * 1000 &&
    responseTime.mean >= outlier.timesTheRest * othersMean &&
    share(queryTimeUs, responseTime.sum) < outlier.maxQuerySharePercent
  );
}
