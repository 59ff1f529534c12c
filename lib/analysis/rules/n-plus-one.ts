import { milliseconds } from '../../telemetry/metrics.ts';
import { inWords, shortened } from '../words.ts';
import { evidence, type Finding, type Observed, share } from './finding.ts';

const minRequests = 5;

/**
 * A request that sends one kind of query again and again asks for each row by itself. A handful of repetitions is usual (a user,
 * a session, a price looked up twice); ten in one request, and five in the mean of all, are a loop.
 */
const minMaxPerRequest = 10;
const minMeanPerRequest = 5;

export function nPlusOne(observed: Observed): Finding[] {
  const { endpoints, queries } = observed.telemetry;
  const requestsOf = new Map(endpoints.map(({ endpoint, responseTime }) => [endpoint, responseTime]));
  return queries.flatMap(({ endpoint, fingerprint, queryTime, maxPerRequest }): Finding[] => {
    const responseTime = endpoint === undefined ? undefined : requestsOf.get(endpoint);
    if (endpoint === undefined || responseTime === undefined || responseTime.count < minRequests) return [];
    const perRequest = queryTime.count / responseTime.count;
    if (maxPerRequest < minMaxPerRequest || perRequest < minMeanPerRequest) return [];
    const impact = share(queryTime.sum, observed.requestTimeUs);
    return [
      {
        component: endpoint,
        issue: `${endpoint} sends the same query ${inWords.count(perRequest)} times per request (N+1): ${shortened(fingerprint)}`,
        performanceImpact: impact,
        evidence: [
          evidence(observed, 'query.count', shortened(fingerprint, 500), {
            requests: responseTime.count,
            queries: queryTime.count,
            queriesPerRequest: Math.round(perRequest * 100) / 100,
            maxPerRequest,
            meanMs: milliseconds(queryTime.mean),
            requestTimeSharePercent: impact,
            endpointTimeSharePercent: share(queryTime.sum, responseTime.sum),
          }),
        ],
        recommendation: /^\s*(SELECT|WITH)\b/i.test(fingerprint)
          ? `Fetch what ${endpoint} needs with one query, by a JOIN or by WHERE ... IN (...), in place of one query per row: ${shortened(fingerprint)}`
          : `Let ${endpoint} write its rows with one statement, in place of one per row: ${shortened(fingerprint)}`,
        remedy: 'join-queries',
        opportunity: `Replace the repeated query of ${endpoint} by one`,
      },
    ];
  });
}
