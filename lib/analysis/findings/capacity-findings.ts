import type { Evidence } from '../../contracts/analysis.ts';
import type { Finding } from '../../contracts/analysis-depths.ts';
import type { CapacityClaim } from '../../contracts/history-analysis/capacity.ts';
import { inWords } from '../words.ts';
import { findingId } from './finding-id.ts';

/** Above it, an instance that fails, or a busier day than any yet, is too much. */
const crowdedPercent = 80;

/** Where the highest demand comes near to what was borne in a test, or will reach it. */
export function capacityFindings(claim: CapacityClaim): Finding[] {
  if (!claim.enough || !claim.demand.enough) return [];
  const { maxRequestsPerSecond, testedRequestsPerSecond, testedAt, demand, reached } = claim;
  const { peakRequestsPerSecond, usedPercent, at } = demand;
  const expectedAt = reached.enough ? reached.expectedAt : undefined;
  if (usedPercent < crowdedPercent && expectedAt === undefined) return [];
  const evidence: Evidence = {
    metric: 'sustainedRequestsPerSecond',
    subject: 'service',
    from: at < testedAt ? at : testedAt,
    to: at < testedAt ? testedAt : at,
    values: { peakRequestsPerSecond, maxRequestsPerSecond, testedRequestsPerSecond, usedPercent },
  };
  const when = expectedAt === undefined ? '' : ` By the forecast it will reach that around ${expectedAt.slice(0, 10)}.`;
  return [
    {
      findingId: findingId('capacity', 'demand'),
      kind: 'capacity',
      component: 'service',
      issue: `Its highest demand, ${inWords.count(peakRequestsPerSecond)} requests a second over five minutes, is ${inWords.percent(usedPercent)} of the ${inWords.count(maxRequestsPerSecond)} that it bears.${when}`,
      evidence: [evidence],
      recommendation:
        'Add capacity, or remove what holds it back (the bottlenecks), before demand grows; then repeat the stress test.',
    },
  ];
}
