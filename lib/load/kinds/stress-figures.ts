import type { Capacity, LoadStep, StressFigures } from '../../contracts/load-result.ts';
import type { Random } from '../../statistics/random.ts';
import { capacityOf } from './capacity.ts';
import { errorRatePercent, type PlayedStep, successfulPerSecond } from './played-step.ts';
import type { BreakCriteria, Model } from './settings.ts';
import { type Bracket, bracketOf } from './stress-search.ts';
import { plateauOf, type StressCause, stressVerdicts, tellingOf } from './stress-verdicts.ts';

export interface StressInput {
  model: Model;
  breakCriteria: BreakCriteria;
  totalDurationSeconds: number;
  /** No step follows: the bootstrap of the fit takes long, and is done once. */
  isFinal: boolean;
  /** What the service's own telemetry says was at its end. */
  resource: { constraint: StressFigures['breakingPointAnalysis']['resourceConstraint']; evidence?: string };
  /** Draws the bootstrap samples. */
  random: Random;
}

/** What the steps of a stress test say together. Undefined before the first has ended. */
export function stressFiguresOf(played: readonly PlayedStep[], input: StressInput): StressFigures | undefined {
  const verdicts = stressVerdicts(played, input);
  const ascending = verdicts.map(({ step }) => step);
  const [first] = ascending;
  const last = ascending.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const isLimited = verdicts.some(({ verdict }) => verdict === 'generator-limited');
  const bracket = bracketOf(verdicts);
  const telling = tellingOf(ascending, input.breakCriteria);
  const capacity: { capacity?: Capacity; capacityUnknown?: string } = isLimited
    ? { capacityUnknown: 'the generator was at its end before the target was' }
    : input.isFinal
      ? capacityOf(telling, input.model, input.random)
      : {};
  const peak = Math.max(...ascending.map(({ level }) => level));
  return {
    totalDurationSeconds: input.totalDurationSeconds,
    ...(input.model === 'closed' ? { peakUsers: peak } : { peakArrivalRate: peak }),
    breakingPoint: isLimited || bracket === undefined ? null : breakingPointOf(bracket, telling, input.model),
    performanceDegradation: degradationOf(first, last, ascending),
    breakingPointAnalysis: {
      firstFailureUsers:
        verdicts.find(({ step }) => step.successful < step.requests || step.connectionFailures > 0)?.step.level ?? null,
      overloadUsers: verdicts.find(({ verdict }) => verdict === 'overloaded')?.step.level ?? null,
      primaryBottleneck: bottleneckOf(bracket?.bad.cause),
      resourceConstraint: input.resource.constraint,
      ...evidenceOf(bracket, input.resource.evidence),
    },
    ...capacity,
  };
}

/**
 * The highest level that was borne. Where throughput was what ended, the last step that still rose tells how much one
 * user brings: the breaking point is where that, carried on, meets the best throughput (the knee of the asymptotic
 * bounds of operational analysis: Denning and Buzen 1978).
 */
function breakingPointOf({ good, bad }: Bracket, telling: readonly PlayedStep[], model: Model): number {
  if (good === undefined) return bad.verdict === 'overloaded' ? bad.step.level : 0;
  const { level } = good.step;
  const throughput = successfulPerSecond(good.step);
  if (model === 'open' || bad.verdict !== 'overloaded') return level;
  const plateau = plateauOf(telling);
  if (plateau === undefined || throughput === 0) return level;
  const knee = (level * plateau.requestsPerSecond) / throughput;
  return Math.round(Math.min(bad.step.level, Math.max(level, knee)));
}

const bottleneckOf = (cause: StressCause | undefined): StressFigures['breakingPointAnalysis']['primaryBottleneck'] =>
  cause ?? 'none';

const evidenceOf = (bracket: Bracket | undefined, resource: string | undefined): { evidence?: string } => {
  const parts = [bracket?.bad.reason, resource].filter((part) => part !== undefined);
  return parts.length === 0 ? {} : { evidence: parts.join('; ') };
};

function degradationOf(
  first: PlayedStep,
  last: PlayedStep,
  all: readonly PlayedStep[],
): StressFigures['performanceDegradation'] {
  const best = Math.max(...all.map(successfulPerSecond));
  const before = first.latency?.meanMs;
  const after = last.latency?.meanMs;
  return {
    ...(before === undefined || after === undefined
      ? {}
      : { responseTimeIncreasePercent: rounded((after / before - 1) * 100) }),
    throughputDecreasePercent: best === 0 ? 0 : rounded((1 - successfulPerSecond(last) / best) * 100),
    errorRateAtPeakPercent: rounded(errorRatePercent(last)),
  };
}

/** The steps as they are shown: in the order in which they were played. */
export function verdictsByStep(
  played: readonly PlayedStep[],
  criteria: Pick<StressInput, 'model' | 'breakCriteria'>,
): Map<number, Pick<LoadStep, 'verdict' | 'reason'>> {
  return new Map(
    stressVerdicts(played, criteria).map(({ step, verdict, reason }) => [
      step.index,
      reason === undefined ? { verdict } : { verdict, reason },
    ]),
  );
}

const rounded = (value: number): number => Math.round(value * 100) / 100;
