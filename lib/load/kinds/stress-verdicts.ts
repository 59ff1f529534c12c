import { errorRatePercent, type PlayedStep, successfulPerSecond } from './played-step.ts';
import type { BreakCriteria, Model } from './settings.ts';

export type StressCause = 'errors' | 'response-time' | 'throughput' | 'connections' | 'generator';

export interface StressVerdict {
  step: PlayedStep;
  verdict: 'ok' | 'failing' | 'overloaded' | 'generator-limited';
  cause?: StressCause;
  reason?: string;
}

/** Throughputs that differ by less are the same: what two runs of the same load differ by. */
const sameThroughput = 0.03;
/** Two levels that differ by less say nothing of whether throughput still rises. */
export const tellingRise = 1.08;
/** Of what one user brought before, the share that the next ones must bring for throughput to count as rising. */
const leastGain = 0.15;
/** Open model: of the arrivals, what a target that keeps up serves in the same time. */
const leastServed = 0.95;

/**
 * What the steps of a stress test say of each other, in the order of their levels. First failure and overload are told
 * apart: `failing` breaks a criterion; `overloaded` answers well, but no more requests than a lower level did.
 */
export function stressVerdicts(
  steps: readonly PlayedStep[],
  { model, breakCriteria }: { model: Model; breakCriteria: BreakCriteria },
): StressVerdict[] {
  const ascending = [...steps].sort((a, b) => a.level - b.level);
  const plateau = model === 'closed' ? plateauOf(tellingOf(ascending, breakCriteria)) : undefined;
  return ascending.map((step): StressVerdict => {
    if (step.generatorLimit !== undefined) {
      return { step, verdict: 'generator-limited', cause: 'generator', reason: step.generatorLimit };
    }
    const failure = failureOf(step, breakCriteria);
    if (failure !== undefined) return { step, verdict: 'failing', ...failure };
    const overload = model === 'open' ? unservedOf(step) : overloadOf(step, plateau);
    return overload === undefined ? { step, verdict: 'ok' } : { step, verdict: 'overloaded', ...overload };
  });
}

function failureOf(
  step: PlayedStep,
  { maxErrorRatePercent, maxP95ResponseTimeMs }: BreakCriteria,
): { cause: StressCause; reason: string } | undefined {
  const errorRate = errorRatePercent(step);
  if (errorRate > maxErrorRatePercent) {
    const isConnecting = step.connectionFailures > step.requests - step.successful;
    const what = isConnecting ? 'connections and requests' : 'requests';
    return {
      cause: isConnecting ? 'connections' : 'errors',
      reason: `${shown(errorRate)} % of the ${what} failed, over ${maxErrorRatePercent} %`,
    };
  }
  const p95Ms = step.latency?.p95Ms;
  if (p95Ms !== undefined && p95Ms > maxP95ResponseTimeMs) {
    return { cause: 'response-time', reason: `p95 is ${shown(p95Ms)} ms, over ${maxP95ResponseTimeMs} ms` };
  }
  return undefined;
}

/** The steps whose throughput is the target's: not the generator's, and not of a target that turns requests away. */
export const tellingOf = (steps: readonly PlayedStep[], { maxErrorRatePercent }: BreakCriteria): PlayedStep[] =>
  steps.filter((step) => step.generatorLimit === undefined && errorRatePercent(step) <= maxErrorRatePercent);

export interface Plateau {
  /** The lowest level that lies on it. */
  fromLevel: number;
  /** Successful ones. */
  requestsPerSecond: number;
}

/**
 * Where throughput no longer rises with the users: the levels whose throughput is the best there is, as soon as another
 * level shows that more users bring no more. Undefined while it may still rise.
 * @param telling in the order of their levels
 */
export function plateauOf(telling: readonly PlayedStep[]): Plateau | undefined {
  const best = Math.max(0, ...telling.map(successfulPerSecond));
  const on = telling.filter((step) => successfulPerSecond(step) >= (1 - sameThroughput) * best);
  const [lowest] = on;
  const highest = telling.at(-1);
  if (best === 0 || lowest === undefined || highest === undefined) return undefined;
  const below = telling[telling.indexOf(lowest) - 1];
  const isLevel = highest.level >= lowest.level * tellingRise;
  if (!isLevel && !(below !== undefined && gainOf(below, lowest) < leastGain)) return undefined;
  const mean = on.reduce((sum, step) => sum + successfulPerSecond(step), 0) / on.length;
  return { fromLevel: lowest.level, requestsPerSecond: mean };
}

/**
 * What the users between two levels brought of what each brought before: 1 where throughput rises with the users, 0 where it
 * stays; 1 also where the levels are too close to tell.
 */
export function gainOf(lower: PlayedStep, higher: PlayedStep): number {
  const before = successfulPerSecond(lower);
  if (higher.level < lower.level * tellingRise || before === 0) return 1;
  return (successfulPerSecond(higher) / before - 1) / (higher.level / lower.level - 1);
}

function overloadOf(
  step: PlayedStep,
  plateau: Plateau | undefined,
): { cause: StressCause; reason: string } | undefined {
  if (plateau === undefined || step.level < plateau.fromLevel) return undefined;
  return {
    cause: 'throughput',
    reason: `${shown(successfulPerSecond(step))} requests a second: from ${shown(plateau.fromLevel)} users on throughput no longer rises`,
  };
}

/**
 * What is due and not answered grows by one with each arrival that is not served to its end, however many requests it makes,
 * and does not grow with those who only think.
 */
function unservedOf({
  level,
  heldSeconds,
  requests,
  due = level * heldSeconds,
}: PlayedStep): { cause: StressCause; reason: string } | undefined {
  const served = level * heldSeconds - (due - requests);
  if (served >= leastServed * level * heldSeconds) return undefined;
  return {
    cause: 'throughput',
    reason: `of ${shown(level)} arrivals a second it served ${shown(Math.max(0, served) / heldSeconds)}`,
  };
}

const shown = (value: number): string => new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 }).format(value);
