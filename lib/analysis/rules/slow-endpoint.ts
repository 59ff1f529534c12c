import { milliseconds } from '../../telemetry/metrics.ts';
import type { EndpointTime } from '../breakdown.ts';
import { inWords } from '../words.ts';
import { evidence, type Finding, type Observed, share } from './finding.ts';
import { minCountForP95, typicalUs } from './typical-time.ts';

const minRequests = 5;

/**
 * Also below its threshold an endpoint is worth a look when it takes a large part of the service's time by its own work: not by
 * being called often (it is much slower than the rest), and not by waiting for queries, pools or other services (those have rules
 * of their own). 20 ms is beyond what a machine that is free adds to a quick answer.
 */
const outlier = { minSharePercent: 40, minMeanMs: 20, timesTheRest: 5, minOwnSharePercent: 50 } as const;

export const slowEndpoint = (observed: Observed): Finding[] =>
  observed.times.flatMap((time): Finding[] => {
    const { endpoint: name, requests, totalUs, queryUs, outgoingUs, poolWaitUs } = time;
    const responseTime = observed.responseTimeOf(name);
    if (responseTime === undefined || requests < minRequests) return [];
    const thresholdMs = observed.thresholds.slowRequestMs.value;
    const meanMs = milliseconds(responseTime.mean);
    const p95Ms = milliseconds(responseTime.quantile(0.95));
    const overThreshold = typicalUs(responseTime) >= thresholdMs * 1000;
    if (!overThreshold && !isOutlier(time, observed)) return [];
    const impact = share(totalUs, observed.requestTimeUs);
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
            requests,
            meanMs,
            p95Ms,
            maxMs: milliseconds(responseTime.max),
            thresholdMs,
            requestTimeSharePercent: impact,
            queryTimeSharePercent: share(queryUs, totalUs),
            outgoingTimeSharePercent: share(outgoingUs, totalUs),
            poolWaitSharePercent: share(poolWaitUs, totalUs),
            ownTimeSharePercent: share(time.ownUs, totalUs),
          }),
        ],
        recommendation: `Profile ${name}: ${share(time.ownUs, totalUs)} % of its time it spends in its own code and on what nobody records, ${share(queryUs, totalUs)} % in queries, ${share(outgoingUs, totalUs)} % in calls to others.`,
        remedy: 'profile-endpoint',
        opportunity: `Make ${name} faster`,
        saving: savingOf(time, observed),
      },
    ];
  });

/** As if it took as long as the rest of the service does; where there is no other, as if nothing were its own. */
function savingOf({ endpoint, requests, totalUs, ownUs }: EndpointTime, observed: Observed) {
  const others = observed.requests - requests;
  const othersUs = others > 0 ? (observed.requestTimeUs - totalUs) / others : 0;
  const us = others > 0 ? Math.max(0, totalUs - requests * othersUs) : ownUs;
  const remains = others > 0 ? 'as much for each request as the other endpoints take' : 'its queries and calls';
  return { removed: [{ endpoint, us }], remains };
}

function isOutlier({ requests, totalUs, ownUs }: EndpointTime, observed: Observed): boolean {
  const otherRequests = observed.requests - requests;
  if (otherRequests < minCountForP95) return false;
  const meanUs = totalUs / requests;
  const othersMeanUs = (observed.requestTimeUs - totalUs) / otherRequests;
  return (
    share(totalUs, observed.requestTimeUs) >= outlier.minSharePercent &&
    meanUs >= outlier.minMeanMs * observed.starvation * 1000 &&
    meanUs >= outlier.timesTheRest * othersMeanUs &&
    share(ownUs, totalUs) >= outlier.minOwnSharePercent
  );
}
