import { count, decimal } from '../contracts/figures.ts';
import type {
  Capacity,
  Drift,
  EnduranceFigures,
  LoadStep,
  LoadTestResult,
  SpikeFigures,
} from '../contracts/load-result.ts';
import { clause } from './failure.ts';
import { ms, percentage, spaced } from './figures.ts';
import { unbroken, wrapped } from './fit.ts';
import { levelOf } from './step-report.ts';

type Result = Omit<LoadTestResult, 'timeline'>;

/** What the kind of the test was run to find out, each in a sentence. */
export function kindLines(result: Result, width: number): string[] {
  const { capacity, capacityUnknown, spike, endurance } = result;
  const found = [
    breakingPointOf(result),
    capacity === undefined
      ? capacityUnknown && `Capacity: none is claimed: ${clause(capacityUnknown)}.`
      : capacityOf(capacity),
    spike && spikeOf(spike),
    endurance && enduranceOf(endurance),
  ];
  return found.flatMap((sentence) => (sentence ? wrapped(sentence, width, '  ', '    ') : []));
}

const bottlenecks: Record<NonNullable<Result['breakingPointAnalysis']>['primaryBottleneck'], string | undefined> = {
  errors: 'errors',
  'response-time': 'the response time',
  throughput: 'throughput, which no longer rose',
  connections: 'connections',
  none: undefined,
  generator: 'the load generator',
};

function breakingPointOf({ breakingPoint, breakingPointAnalysis: analysis, steps = [] }: Result): string | undefined {
  if (breakingPoint === undefined) return undefined;
  const stress = steps.filter(({ part }) => part === 'stress');
  if (breakingPoint === null) {
    const limited = stress.some(({ verdict }) => verdict === 'generator-limited') && firstBroken(stress);
    return limited
      ? `Breaking point: not reached, as the load generator gave way before the target; ${limited}.`
      : 'Breaking point: none; the target bore all that was tried.';
  }
  const isOpen = stress.some(({ users }) => users === undefined);
  const level = levelOf(isOpen ? { arrivalRate: breakingPoint } : { users: breakingPoint });
  const limit = analysis && bottlenecks[analysis.primaryBottleneck];
  const scarce = analysis && analysis.resourceConstraint !== 'unknown' ? analysis : undefined;
  const parts = [
    breakingPoint === 0 ? 'Breaking point: not even the lowest step was borne' : `Breaking point: ${unbroken(level)}`,
    limit && `the limit is ${limit}`,
    firstBroken(stress),
    scarce && `scarce is ${[scarce.resourceConstraint, scarce.evidence].filter(Boolean).join(': ')}`,
  ];
  return `${parts.filter(Boolean).join('; ')}.`;
}

/** Why the lowest level that was not borne was not. */
function firstBroken(steps: readonly LoadStep[]): string | undefined {
  const height = ({ users, arrivalRate }: LoadStep): number => users ?? arrivalRate ?? 0;
  const [lowest] = steps
    .filter(({ verdict }) => verdict !== undefined && verdict !== 'ok')
    .toSorted((one, other) => height(one) - height(other));
  return lowest?.reason && `at ${unbroken(levelOf(lowest))}, ${lowest.reason}`;
}

function capacityOf({ lambda, maxUsers, maxRequestsPerSecond, interval, rSquared }: Capacity): string {
  const fit = `R² ${decimal(rSquared)}`;
  if (maxUsers === undefined || maxRequestsPerSecond === undefined) {
    return `Capacity: the curve has no peak in what was tried; one user alone gets ${decimal(lambda)}/s (${fit}).`;
  }
  const range =
    interval.maxUsers && `95 %: ${count(interval.maxUsers.low)} to ${count(interval.maxUsers.high)} users, `;
  return `Capacity: ${decimal(maxRequestsPerSecond)}/s at ${count(maxUsers)} users (${range ?? ''}${fit}).`;
}

function spikeOf(spike: SpikeFigures): string {
  const { baseP95ResponseTimeMs, spikeP95ResponseTimeMs, peakP95ResponseTimeMs, spikeErrorRatePercent } = spike;
  const recovered =
    spike.recoverySeconds === null
      ? 'it did not recover within the test'
      : `it recovered ${decimal(spike.recoverySeconds)} s after the end of it`;
  const times = `p95 ${ms(baseP95ResponseTimeMs)} before it, ${ms(spikeP95ResponseTimeMs)} during it`;
  return `Spike: ${times}, ${ms(peakP95ResponseTimeMs)} at worst; ${percentage(spikeErrorRatePercent)} errors; ${recovered}.`;
}

const enduranceOf = (endurance: EnduranceFigures): string =>
  `Drift: ${(['responseTime', 'errorRate', 'throughput', 'memory'] as const)
    .map((name) => unbroken(`${spaced(name)} ${driftOf(endurance[name])}`))
    .join(', ')}.`;

function driftOf({ direction, changePercent }: Drift): string {
  if (changePercent === undefined || direction === 'unknown') return direction;
  return `${direction} (${changePercent > 0 ? '+' : ''}${decimal(changePercent)} %)`;
}
