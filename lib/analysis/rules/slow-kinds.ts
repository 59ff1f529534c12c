import { isRepeated } from '../../telemetry/repeated-queries.ts';
import { type Observed, share } from './finding.ts';
import { isEmbedded, type QueryKind, queryKinds } from './query-kinds.ts';
import { typicalUs } from './typical-time.ts';

const minQueries = 5;

/**
 * Below its threshold a query is still worth naming when requests spend much of their time in it. Medians, because on
 * a busy machine a process that has to wait for its turn makes any mean long; and longer ones where it waits often.
 *
 * `dominant`: nearly a third of all request time, by a query that takes more than a lookup over a network does.
 */
const dominant = { minSharePercent: 30, minMedianMs: 5 } as const;

/** Up to this a median is that of a lookup, with the way there: of such a query there is nothing to gain. */
export const lookupMs = (system: string): number => (isEmbedded(system) ? 1 : 10);

/**
 * `ofItsEndpoint`: the endpoint that calls it does little but wait for queries, and counts within the service. An embedded
 * database answers a lookup, or a page of rows by index, within a millisecond even on a busy machine, and needs longer
 * to read ten thousand rows; over a network a lookup takes some milliseconds by itself.
 */
const ofItsEndpoint = {
  minSharePercent: 2,
  minEndpointSharePercent: 65,
  /** Of the endpoint's query time: others may be what it waits for. */
  minQuerySharePercent: 20,
} as const;

/** Kinds of queries that are worth a finding, the same result for everyone who asks or not. */
export const slowKinds = (observed: Observed): QueryKind[] =>
  queryKinds(observed.telemetry.queries)
    .filter(({ queryTime }) => queryTime.count >= minQueries)
    .filter(
      (kind) =>
        isOverThreshold(kind, observed) ||
        (!isRepeatedBy(kind.callers[0], kind, observed) &&
          (isDominant(kind, observed) || rulesItsEndpoint(kind, observed))),
    );

const isOverThreshold = ({ queryTime }: QueryKind, { thresholds }: Observed): boolean =>
  typicalUs(queryTime) >= thresholds.slowQueryMs.value * 1000;

const isDominant = ({ queryTime, timeInRequestsUs }: QueryKind, { requestTimeUs, starvation }: Observed): boolean =>
  share(timeInRequestsUs, requestTimeUs) >= dominant.minSharePercent &&
  queryTime.quantile(0.5) >= dominant.minMedianMs * starvation * 1000;

/** It is sent too often there, which has a rule of its own (N+1): each may be as quick as a query can be. */
function isRepeatedBy(
  caller: QueryKind['callers'][number] | undefined,
  { fingerprint, system }: QueryKind,
  { telemetry, times }: Observed,
): boolean {
  const requests = times.find(({ endpoint }) => endpoint === caller?.endpoint)?.requests ?? 0;
  return telemetry.queries.some(
    (query) =>
      query.fingerprint === fingerprint &&
      query.system === system &&
      query.endpoint === caller?.endpoint &&
      isRepeated(query, requests),
  );
}

function rulesItsEndpoint({ system, queryTime, callers }: QueryKind, observed: Observed): boolean {
  const { minSharePercent, minEndpointSharePercent, minQuerySharePercent } = ofItsEndpoint;
  const floorMs = lookupMs(system);
  const caller = observed.telemetry.endpoints.find(({ endpoint }) => endpoint === callers[0]?.endpoint);
  if (caller === undefined || queryTime.quantile(0.5) < floorMs * observed.starvation * 1000) return false;
  return (
    share(callers[0]?.timeUs ?? 0, caller.queryTimeUs) >= minQuerySharePercent &&
    share(caller.queryTimeUs, caller.responseTime.sum) >= minEndpointSharePercent &&
    share(caller.queryTimeUs, observed.requestTimeUs) >= minSharePercent
  );
}
