import { milliseconds } from '../../telemetry/metrics.ts';
import { inWords, querySubject } from '../words.ts';
import { evidence, type Finding, type Observed, share } from './finding.ts';
import { type QueryKind, queryKinds } from './query-kinds.ts';
import { queryRemedy } from './query-remedy.ts';
import { typicalUs } from './typical-time.ts';

const minQueries = 5;
/** Of one endpoint, those that cost most; and of each, where most of its time is spent. */
const maxNamed = 3;
const maxCallers = 2;

/**
 * Below its threshold a query is still worth naming when requests spend much of their time in it. Medians, because on
 * a busy machine a process that has to wait for its turn makes any mean long.
 *
 * `dominant`: nearly a third of all request time, by a query that takes more than a lookup over a network does.
 */
const dominant = { minSharePercent: 30, minMedianMs: 5 } as const;

/**
 * `ofItsEndpoint`: the endpoint that calls it does little but wait for queries, and counts within the service. An embedded
 * database answers a lookup, or a page of rows by index, within a millisecond even on a busy machine, and needs longer
 * to read ten thousand rows; over a network a lookup takes some milliseconds by itself.
 */
const ofItsEndpoint = {
  minSharePercent: 5,
  minEndpointSharePercent: 65,
  minMedianMs: { embedded: 1, remote: 10 },
} as const;

const embeddedSystems = new Set(['sqlite', 'duckdb']);

/** One finding for the slow queries of an endpoint: a search with two words is another query than one with three. */
export function slowQuery(observed: Observed): Finding[] {
  const slow = queryKinds(observed.telemetry.queries)
    .filter(({ queryTime }) => queryTime.count >= minQueries)
    .filter(
      (kind) => isOverThreshold(kind, observed) || isDominant(kind, observed) || rulesItsEndpoint(kind, observed),
    );
  return [...Map.groupBy(slow, ({ callers }) => callers[0]?.endpoint)].map(([endpoint, kinds]) =>
    findingOf(
      endpoint,
      kinds.sort((a, b) => b.queryTime.sum - a.queryTime.sum),
      observed,
    ),
  );
}

function findingOf(endpoint: string | undefined, kinds: readonly QueryKind[], observed: Observed): Finding {
  const [slowest] = kinds;
  const { remedy, advice, opportunity } = queryRemedy(slowest?.fingerprint ?? '');
  const impact = share(
    kinds.reduce((sum, { timeInRequestsUs }) => sum + timeInRequestsUs, 0),
    observed.requestTimeUs,
  );
  const component = endpoint ?? 'Outside of requests';
  const named = kinds.slice(0, maxNamed);
  const means = named.map(({ queryTime }) => inWords.ms(milliseconds(queryTime.mean))).join(', ');
  return {
    component,
    issue: `${subjectOf(endpoint, kinds.length, impact)}: ${means} on average.`,
    performanceImpact: impact,
    evidence: named.flatMap((kind) => evidenceOf(kind, observed)),
    recommendation: `${component}: ${advice}.`,
    remedy,
    opportunity: opportunity(endpoint ?? 'work outside of requests'),
  };
}

function subjectOf(endpoint: string | undefined, queries: number, impact: number): string {
  const counted = queries === 1 ? 'A query' : `${queries} queries`;
  if (endpoint === undefined) return `${counted} ${queries === 1 ? 'is' : 'are'} slow`;
  return `${counted} ${queries === 1 ? 'takes' : 'take'} ${inWords.percent(impact)} of all request time`;
}

const evidenceOf = ({ fingerprint, queryTime, rows, callers, timeInRequestsUs }: QueryKind, observed: Observed) => [
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

const isOverThreshold = ({ queryTime }: QueryKind, { thresholds }: Observed): boolean =>
  typicalUs(queryTime) >= thresholds.slowQueryMs.value * 1000;

const isDominant = ({ queryTime, timeInRequestsUs }: QueryKind, { requestTimeUs }: Observed): boolean =>
  share(timeInRequestsUs, requestTimeUs) >= dominant.minSharePercent &&
  queryTime.quantile(0.5) >= dominant.minMedianMs * 1000;

function rulesItsEndpoint({ system, queryTime, callers }: QueryKind, observed: Observed): boolean {
  const { minSharePercent, minEndpointSharePercent, minMedianMs } = ofItsEndpoint;
  const floorMs = embeddedSystems.has(system) ? minMedianMs.embedded : minMedianMs.remote;
  const caller = observed.telemetry.endpoints.find(({ endpoint }) => endpoint === callers[0]?.endpoint);
  if (caller === undefined || queryTime.quantile(0.5) < floorMs * 1000) return false;
  return (
    share(caller.queryTimeUs, caller.responseTime.sum) >= minEndpointSharePercent &&
    share(caller.queryTimeUs, observed.requestTimeUs) >= minSharePercent
  );
}
