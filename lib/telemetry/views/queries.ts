import type { QueryFigures, QueryOrder } from '../../contracts/telemetry-views.ts';
import type { QueryAggregate, TelemetryAggregate } from '../aggregate.ts';
import { merged, milliseconds } from '../metrics.ts';
import { isRepeated } from '../repeated-queries.ts';
import { rounded } from '../resources.ts';
import { sharePercent } from './endpoints.ts';

const maxCallers = 20;

/** Each kind of query once, whoever sends it. */
export function queryFiguresOf({ queries, endpoints }: TelemetryAggregate): QueryFigures[] {
  const totalUs = queries.reduce((sum, { queryTime }) => sum + queryTime.sum, 0);
  const requests = new Map(endpoints.map(({ endpoint, responseTime }) => [endpoint, responseTime.count]));
  const kinds = Map.groupBy(queries, ({ system, fingerprint }) => `${system}\n${fingerprint}`);
  return [...kinds.values()].flatMap((ofKind) => figuresOf(ofKind, requests, totalUs) ?? []);
}

function figuresOf(
  ofKind: readonly QueryAggregate[],
  requests: ReadonlyMap<string, number>,
  totalUs: number,
): QueryFigures | undefined {
  const [first] = ofKind;
  const time = merged(ofKind.map(({ queryTime }) => queryTime));
  if (first === undefined || time.count === 0) return undefined;
  const callers = ofKind
    .toSorted((a, b) => b.queryTime.sum - a.queryTime.sum)
    .map((query) => callerOf(query, query.endpoint === undefined ? undefined : requests.get(query.endpoint)));
  return {
    system: first.system,
    fingerprint: first.fingerprint,
    queries: time.count,
    totalQueryTimeMs: milliseconds(time.sum),
    timeSharePercent: sharePercent(time.sum, totalUs),
    avgQueryTimeMs: milliseconds(time.mean),
    p95QueryTimeMs: milliseconds(time.quantile(0.95)),
    maxQueryTimeMs: milliseconds(time.max),
    rows: ofKind.reduce((sum, { rows }) => sum + rows, 0),
    maxPerRequest: Math.max(...ofKind.map(({ maxPerRequest }) => maxPerRequest)),
    isRepeated: callers.some((caller) => caller.isRepeated),
    callers: callers.slice(0, maxCallers),
  };
}

/** @param requests of its endpoint; undefined: none ended in the period, or it was called outside of any */
function callerOf(query: QueryAggregate, requests: number | undefined): QueryFigures['callers'][number] {
  const { endpoint, queryTime, maxPerRequest } = query;
  return {
    ...(endpoint === undefined ? {} : { endpoint }),
    queries: queryTime.count,
    ...(requests === undefined ? {} : { queriesPerRequest: rounded(queryTime.count / requests) }),
    maxPerRequest,
    isRepeated: requests !== undefined && isRepeated(query, requests),
  };
}

/** What each order goes by. */
export const queryValues: Record<QueryOrder, (figures: QueryFigures) => number> = {
  time: ({ totalQueryTimeMs }) => totalQueryTimeMs,
  queries: ({ queries }) => queries,
  avg: ({ avgQueryTimeMs }) => avgQueryTimeMs,
  p95: ({ p95QueryTimeMs }) => p95QueryTimeMs,
  max: ({ maxQueryTimeMs }) => maxQueryTimeMs,
};
