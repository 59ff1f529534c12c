import { milliseconds } from '../../telemetry/metrics.ts';
import { querySubject } from '../words.ts';
import { evidence, type Observed, share } from './finding.ts';
import type { QueryKind } from './query-kinds.ts';

/** Where most of its time is spent. */
const maxCallers = 2;

/** What was measured of a kind of query, and of where it is called from. */
export const queryEvidence = (
  { fingerprint, queryTime, rows, callers, timeInRequestsUs }: QueryKind,
  observed: Observed,
) => [
  evidence(observed, 'query.timeMs', querySubject(fingerprint), {
    queries: queryTime.count,
    meanMs: milliseconds(queryTime.mean),
    p50Ms: milliseconds(queryTime.quantile(0.5)),
    p95Ms: milliseconds(queryTime.quantile(0.95)),
    maxMs: milliseconds(queryTime.max),
    thresholdMs: observed.thresholds.slowQueryMs.value,
    rowsPerQuery: Math.round((rows / queryTime.count) * 10) / 10,
    requestTimeSharePercent: share(timeInRequestsUs, observed.requestTimeUs),
  }),
  ...callers.slice(0, maxCallers).map(({ endpoint, queries, timeUs }) =>
    evidence(observed, 'query.timeInRequestsMs', endpoint, {
      queries,
      totalMs: milliseconds(timeUs),
      requestTimeSharePercent: share(timeUs, observed.requestTimeUs),
    }),
  ),
];
