import type { Evidence } from '../../contracts/analysis.ts';
import { milliseconds } from '../../telemetry/metrics.ts';
import { evidence, type Observed, share } from './finding.ts';
import type { QueryKind } from './query-kinds.ts';

/** It stands in the bottleneck and in the opportunity, of up to 25 findings in one item. */
const maxEvidences = 4;
/** Where most of the time is spent. */
const maxCallers = 2;

/** What was measured of kinds of query, and of where the first of them is called from. */
export const queryEvidence = (kinds: readonly QueryKind[], observed: Observed): Evidence[] =>
  [
    ...kinds.map((kind) => timesOf(kind, observed)),
    ...kinds.slice(0, 1).flatMap(({ callers }) => callers.slice(0, maxCallers).map((each) => waits(each, observed))),
  ].slice(0, maxEvidences);

const timesOf = ({ fingerprint, queryTime, rows, timeInRequestsUs }: QueryKind, observed: Observed): Evidence =>
  evidence(observed, 'query.timeMs', fingerprint, {
    queries: queryTime.count,
    meanMs: milliseconds(queryTime.mean),
    p50Ms: milliseconds(queryTime.quantile(0.5)),
    p95Ms: milliseconds(queryTime.quantile(0.95)),
    maxMs: milliseconds(queryTime.max),
    thresholdMs: observed.thresholds.slowQueryMs.value,
    rowsPerQuery: Math.round((rows / queryTime.count) * 10) / 10,
    requestTimeSharePercent: share(timeInRequestsUs, observed.requestTimeUs),
  });

const waits = ({ endpoint, queries, timeUs }: QueryKind['callers'][number], observed: Observed): Evidence =>
  evidence(observed, 'query.timeInRequestsMs', endpoint, {
    queries,
    totalMs: milliseconds(timeUs),
    requestTimeSharePercent: share(timeUs, observed.requestTimeUs),
  });
