import { milliseconds } from '../../telemetry/metrics.ts';
import { inWords } from '../words.ts';
import type { Finding, Observed } from './finding.ts';
import { share } from './finding.ts';
import { queryEvidence } from './query-evidence.ts';
import { isEmbedded, type QueryKind } from './query-kinds.ts';
import { slowKinds } from './slow-kinds.ts';

const aggregates = /\bGROUP\s+BY\b|\b(COUNT|SUM|AVG|MIN|MAX)\s*\(/i;

/** How many rows, from which on: the same for everyone who asks for the first page. */
const paging = /\b(LIMIT|OFFSET|FETCH\s+(FIRST|NEXT))\s+(\?|\$\d+|:\w+)(\s*,\s*(\?|\$\d+))?/gi;
const parameter = /\?|\$\d+|[^:]:[a-z_]\w*|@\w+/i;

/**
 * Whether it adds up rows and takes no parameter: whoever asks at about the same time is told the same. An index helps it little,
 * because it reads what it adds up.
 */
export const isShared = ({ fingerprint, callers }: QueryKind): boolean =>
  callers.length > 0 &&
  /^\s*(SELECT|WITH)\b/i.test(fingerprint) &&
  aggregates.test(fingerprint) &&
  !parameter.test(fingerprint.replace(paging, ''));

/** Results that are computed for every request, though they are the same for all. */
export const missingCache = (observed: Observed): Finding[] =>
  slowKinds(observed)
    .filter(isShared)
    .map((kind): Finding => {
      const { queryTime, callers, timeInRequestsUs, system } = kind;
      const where = callers[0]?.endpoint ?? '';
      const impact = share(timeInRequestsUs, observed.requestTimeUs);
      return {
        component: where,
        issue: `A query that has the same result for everyone was run ${queryTime.count} times, ${inWords.ms(milliseconds(queryTime.mean))} each: ${inWords.percent(impact)} of all request time.`,
        performanceImpact: impact,
        evidence: queryEvidence([kind], observed),
        recommendation: `${where}: the query adds up many rows each time it is called; cache its result for as long as it may be out of date, or keep the sums where they change.`,
        remedy: 'cache-result',
        opportunity: `Cache what ${where} adds up each time`,
        saving: {
          removed: callers.map(({ endpoint, timeUs }) => ({ endpoint, us: timeUs })),
          remains: 'one query each time that the cached result runs out, which is not counted',
        },
        blocks: isEmbedded(system),
      };
    });
