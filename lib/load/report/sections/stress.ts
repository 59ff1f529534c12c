import type { LoadTestResult } from '../../../contracts/load-result.ts';
import { figure } from '../../../pages/figures.ts';
import { stressSteps } from '../../../pages/load-plots/stress.ts';
import { bottlenecks } from '../../../pages/load-words.ts';
import { type Markup, markup } from '../../../pages/markup.ts';
import type { Plot } from '../../../pages/plot.ts';
import { plotPlaces } from '../../../pages/plot-places.ts';
import { facts, section } from '../../../pages/table.ts';
import type { Unit } from '../../../pages/units.ts';
import { uslFacts } from '../../../pages/usl-facts.ts';
import { stepTable } from './steps.ts';

/** Where the target gives way, and how throughput grows until there. */
export function stressSection(result: LoadTestResult, plots: readonly Plot[]): Markup | undefined {
  const steps = stressSteps(result);
  const { breakingPoint, breakingPointAnalysis: analysis, performanceDegradation: worse } = result;
  if (steps.length === 0 && analysis === undefined) return undefined;
  const level: Unit = steps.some(({ users }) => users !== undefined) || steps.length === 0 ? 'users' : 'perSecond';
  const found = facts([
    [
      'Breaking point',
      breakingPoint === undefined ? undefined : levelOr(breakingPoint, level, 'bore all that was tried'),
    ],
    ['First failures at', analysis && levelOr(analysis.firstFailureUsers, level, 'none')],
    ['Throughput stopped rising at', analysis && levelOr(analysis.overloadUsers, level, 'not reached')],
    ['What gave way', analysis && bottlenecks[analysis.primaryBottleneck]],
    [
      'Scarce resource',
      analysis &&
        markup`${analysis.resourceConstraint}${analysis.evidence === undefined ? undefined : `: ${analysis.evidence}`}`,
    ],
    ['Most users at once', result.peakUsers === undefined ? undefined : figure(result.peakUsers, 'users')],
    ['Most arrivals', result.peakArrivalRate === undefined ? undefined : figure(result.peakArrivalRate, 'perSecond')],
    [
      'Response time at the highest level',
      worse?.responseTimeIncreasePercent === undefined
        ? undefined
        : markup`${figure(worse.responseTimeIncreasePercent, 'change')} on the first`,
    ],
    [
      'Throughput at the highest level',
      worse && markup`${figure(worse.throughputDecreasePercent, 'percent')} below the best`,
    ],
    ['Errors at the highest level', worse && figure(worse.errorRateAtPeakPercent, 'percent')],
  ]);
  return section(
    'stress',
    'Capacity',
    plotPlaces(plots, ['stress-throughput', 'stress-response-times']),
    found,
    capacityFacts(result),
    steps.length === 0 ? undefined : stepTable('Steps of the stress test, by load', steps),
  );
}

const levelOr = (level: number | null, unit: Unit, absent: string): Markup =>
  level === null ? markup`${absent}` : figure(level, unit);

const capacityFacts = ({ capacity, capacityUnknown }: LoadTestResult): Markup | undefined =>
  capacity === undefined
    ? capacityUnknown === undefined
      ? undefined
      : markup`<p class="note">No capacity is claimed: ${capacityUnknown}</p>`
    : uslFacts(capacity);
