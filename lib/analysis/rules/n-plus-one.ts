import { milliseconds } from '../../telemetry/metrics.ts';
import { isRepeated } from '../../telemetry/repeated-queries.ts';
import { inWords } from '../words.ts';
import { evidence, type Finding, type Observed, share } from './finding.ts';
import { isEmbedded } from './query-kinds.ts';

const minRequests = 5;

/** Of one endpoint, those that cost most. */
const maxNamed = 3;

/** One finding for each endpoint: the queries that it repeats mostly stand in the same loop. */
export const nPlusOne = (observed: Observed): Finding[] =>
  observed.telemetry.endpoints.flatMap(({ endpoint, responseTime }): Finding[] => {
    const requests = responseTime.count;
    if (requests < minRequests) return [];
    const repeated = observed.telemetry.queries
      .filter((query) => query.endpoint === endpoint && isRepeated(query, requests))
      .sort((a, b) => b.queryTime.sum - a.queryTime.sum);
    const named = repeated.slice(0, maxNamed);
    const [first] = repeated;
    if (first === undefined) return [];
    const total = repeated.reduce((sum, { queryTime }) => sum + queryTime.sum, 0);
    const times = inWords.count(Math.max(...repeated.map(({ queryTime }) => queryTime.count / requests)));
    const what = repeated.length === 1 ? 'the same query' : `each of ${repeated.length} queries`;
    return [
      {
        component: endpoint,
        issue: `Sends ${what} up to ${times} times per request (N+1).`,
        performanceImpact: share(total, observed.requestTimeUs),
        evidence: named.map(({ fingerprint, queryTime, maxPerRequest }) =>
          evidence(observed, 'query.count', fingerprint, {
            requests,
            queries: queryTime.count,
            queriesPerRequest: Math.round((queryTime.count / requests) * 100) / 100,
            maxPerRequest,
            meanMs: milliseconds(queryTime.mean),
            requestTimeSharePercent: share(queryTime.sum, observed.requestTimeUs),
            endpointTimeSharePercent: share(queryTime.sum, responseTime.sum),
          }),
        ),
        recommendation: /^(SELECT|WITH)\b/i.test(first.fingerprint)
          ? `Fetch what ${endpoint} needs with one query, by a JOIN or by WHERE ... IN (...), in place of one query per row.`
          : `Let ${endpoint} write its rows with one statement, in place of one per row.`,
        remedy: 'join-queries',
        opportunity: `Replace the repeated queries of ${endpoint} by one`,
        saving: {
          removed: repeated.map(({ queryTime }) => ({
            endpoint,
            us: Math.max(0, queryTime.sum - requests * queryTime.mean),
          })),
          remains: `one query per request in the place of ${repeated.length === 1 ? 'those that repeat' : 'each of those that repeat'}, as long as one of them takes now`,
        },
        blocks: isEmbedded(first.system),
      },
    ];
  });
