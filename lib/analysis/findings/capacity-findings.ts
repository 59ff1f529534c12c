import type { Finding } from '../../contracts/analysis-depths.ts';
import type { CapacityClaim } from '../../contracts/history-analysis/capacity.ts';
import { inWords } from '../words.ts';
import { findingId } from './finding-id.ts';

/** Above it, an instance that fails, or a busier day than any yet, is too much. */
const crowdedPercent = 80;

/** Where the highest demand comes near to what was borne in a test. */
export function capacityFindings(claim: CapacityClaim): Finding[] {
  if (!claim.enough || !claim.demand.enough) return [];
  const { maxRequestsPerSecond, testedRequestsPerSecond, testedAt, demand } = claim;
  const { peakRequestsPerSecond, usedPercent, at } = demand;
  if (usedPercent < crowdedPercent) return [];
  return [
    {
      findingId: findingId('capacity', 'demand'),
      kind: 'capacity',
      component: 'service',
      issue: `Its highest demand, ${inWords.count(peakRequestsPerSecond)} requests a second over five minutes, is ${inWords.percent(usedPercent)} of the ${inWords.count(maxRequestsPerSecond)} that it bears.`,
      evidence: [
        {
          metric: 'sustainedRequestsPerSecond',
          subject: 'service',
          from: testedAt,
          to: at > testedAt ? at : testedAt,
          values: { peakRequestsPerSecond, maxRequestsPerSecond, testedRequestsPerSecond, usedPercent },
        },
      ],
      recommendation:
        'Add capacity, or remove what holds it back (the bottlenecks above), before demand grows; then repeat the stress test.',
    },
  ];
}
