import { milliseconds } from '../../telemetry/metrics.ts';
import type { Saving } from '../prediction.ts';
import { inWords } from '../words.ts';
import { type Finding, type Observed, share } from './finding.ts';
import { isShared } from './missing-cache.ts';
import { queryEvidence } from './query-evidence.ts';
import { isEmbedded, type QueryKind, queryKinds } from './query-kinds.ts';
import { queryRemedy } from './query-remedy.ts';
import { slowKinds } from './slow-kinds.ts';

/** Of one endpoint, those that cost most. */
const maxNamed = 3;

/** One finding for the slow queries of an endpoint: a search with two words is another query than one with three. */
export function slowQuery(observed: Observed): Finding[] {
  const slow = slowKinds(observed).filter((kind) => !isShared(kind));
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
    evidence: queryEvidence(named, observed),
    recommendation: `${component}: ${advice}.`,
    remedy,
    opportunity: opportunity(endpoint ?? 'work outside of requests'),
    ...(impact === 0 ? {} : { saving: savingOf(kinds, remedy === 'add-index', observed) }),
    blocks: kinds.some(({ system }) => isEmbedded(system)),
  };
}

/** An index leaves a lookup in the place of a scan: as long as the quickest other query of that database takes. */
function savingOf(kinds: readonly QueryKind[], leavesLookup: boolean, { telemetry }: Observed): Saving {
  const others = leavesLookup
    ? queryKinds(telemetry.queries).filter(
        ({ system, fingerprint }) =>
          system === kinds[0]?.system && !kinds.some((kind) => kind.fingerprint === fingerprint),
      )
    : [];
  const slowestUs = Math.min(...kinds.map(({ queryTime }) => queryTime.mean));
  const quickest = others
    .map(({ queryTime }) => queryTime.quantile(0.5))
    .filter((us) => us < slowestUs)
    .sort((a, b) => a - b)[0];
  const lookupUs = quickest ?? 0;
  return {
    removed: kinds.flatMap(({ callers }) =>
      callers.map(({ endpoint, queries, timeUs }) => ({ endpoint, us: Math.max(0, timeUs - queries * lookupUs) })),
    ),
    ...(leavesLookup
      ? {
          remains:
            quickest === undefined
              ? 'nothing of the queries: no other query says what a lookup takes here'
              : `a lookup of ${inWords.ms(milliseconds(quickest))} in the place of each query, as the quickest of this database takes`,
        }
      : { remains: 'nothing of the queries' }),
  };
}

function subjectOf(endpoint: string | undefined, queries: number, impact: number): string {
  const counted = queries === 1 ? 'A query' : `${queries} queries`;
  if (endpoint === undefined) return `${counted} ${queries === 1 ? 'is' : 'are'} slow`;
  return `${counted} ${queries === 1 ? 'takes' : 'take'} ${inWords.percent(impact)} of all request time`;
}
