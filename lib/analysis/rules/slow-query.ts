import { milliseconds } from '../../telemetry/metrics.ts';
import type { Remedy } from '../remedies.ts';
import { inWords, shortened } from '../words.ts';
import { evidence, type Finding, type Observed, share } from './finding.ts';
import { type QueryKind, queryKinds } from './query-kinds.ts';

const minQueries = 5;

/**
 * Below its threshold a query is still worth naming when requests spend much of their time in it.
 *
 * `dominant`: nearly a third of all request time. 5 ms is more than a lookup by index takes over a network, so that
 * a quick service which does little but look things up is left alone.
 *
 * `outlier`: less time, but out of all proportion to the service's other queries. An embedded database answers a lookup in
 * some microseconds, and scans ten thousand rows in about a millisecond: only the proportion shows it.
 */
const dominant = { minSharePercent: 30, minMeanMs: 5 } as const;
const outlier = { minSharePercent: 10, minMeanMs: 0.5, timesTheMedian: 20, minOthers: 2 } as const;

export function slowQuery(observed: Observed): Finding[] {
  const kinds = queryKinds(observed.telemetry.queries).filter(({ queryTime }) => queryTime.count >= minQueries);
  return kinds
    .filter((kind) => isSlow(kind, kinds, observed))
    .map((kind): Finding => {
      const { fingerprint, queryTime, callers, rows, system } = kind;
      const name = shortened(fingerprint);
      const impact = share(kind.timeInRequestsUs, observed.requestTimeUs);
      const [caller] = callers;
      const from = caller === undefined ? 'outside of requests' : `most of all from ${caller.endpoint}`;
      const { remedy, advice, opportunity } = remedyFor(fingerprint);
      return {
        component: name,
        issue: `A ${system} query takes ${inWords.ms(milliseconds(queryTime.mean))} on average and ${inWords.percent(impact)} of all request time; it is called ${from}.`,
        performanceImpact: impact,
        evidence: [
          evidence(observed, 'query.timeMs', shortened(fingerprint, 500), {
            queries: queryTime.count,
            meanMs: milliseconds(queryTime.mean),
            p95Ms: milliseconds(queryTime.quantile(0.95)),
            maxMs: milliseconds(queryTime.max),
            thresholdMs: observed.thresholds.slowQueryMs.value,
            rowsPerQuery: Math.round((rows / queryTime.count) * 10) / 10,
            requestTimeSharePercent: impact,
          }),
          ...callers.slice(0, 5).map(({ endpoint, queries, timeUs }) =>
            evidence(observed, 'query.timeInRequestsMs', endpoint, {
              queries,
              totalMs: milliseconds(timeUs),
              requestTimeSharePercent: share(timeUs, observed.requestTimeUs),
            }),
          ),
        ],
        recommendation: `${advice} Query${caller === undefined ? '' : ` of ${caller.endpoint}`}: ${name}`,
        remedy,
        opportunity: `${opportunity}${caller === undefined ? '' : ` for ${caller.endpoint}`}`,
      };
    });
}

function isSlow(kind: QueryKind, kinds: readonly QueryKind[], { thresholds, requestTimeUs }: Observed): boolean {
  const { queryTime, timeInRequestsUs } = kind;
  if (queryTime.quantile(0.95) >= thresholds.slowQueryMs.value * 1000) return true;
  const sharePercent = share(timeInRequestsUs, requestTimeUs);
  const meanMs = queryTime.mean / 1000;
  if (sharePercent >= dominant.minSharePercent && meanMs >= dominant.minMeanMs) return true;
  const others = kinds.filter((other) => other !== kind).map((other) => other.queryTime.mean / 1000);
  return (
    others.length >= outlier.minOthers &&
    sharePercent >= outlier.minSharePercent &&
    meanMs >= outlier.minMeanMs &&
    meanMs >= outlier.timesTheMedian * median(others)
  );
}

const median = (values: number[]): number => {
  const sorted = values.sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
};

/** By the shape of the text, which is all that telemetry knows: the first that matches. */
const shapes: readonly { shape: RegExp; remedy: Remedy; opportunity: string; advice: string }[] = [
  {
    shape: /\bGROUP\s+BY\b|\b(COUNT|SUM|AVG)\s*\(/i,
    remedy: 'cache-result',
    opportunity: 'Cache the result of an aggregating query',
    advice:
      'This query adds up many rows each time it is called: cache its result for as long as it may be out of date, or keep the sums where they change.',
  },
  {
    shape: /\b(LIKE|ILIKE|GLOB|REGEXP)\b/i,
    remedy: 'add-index',
    opportunity: 'Index a text search',
    advice:
      'A search within texts reads every row: use a full-text index, or, where only beginnings are searched for, an ordinary index on the column.',
  },
  {
    shape: /\b(WHERE|JOIN|ORDER\s+BY)\b/i,
    remedy: 'add-index',
    opportunity: 'Index a query',
    advice:
      'Look at the plan of this query (EXPLAIN): where it scans, an index on the columns of WHERE and ORDER BY lets it read only what it needs.',
  },
];

const anyOther = {
  remedy: 'cache-result',
  opportunity: 'Cache or shorten a query',
  advice: 'Read less with this query, or cache its result for as long as it may be out of date.',
} as const;

const remedyFor = (fingerprint: string) => shapes.find(({ shape }) => shape.test(fingerprint)) ?? anyOther;
