import { costLimitPercent, isCostly } from '../../../contracts/optimization-costs.ts';
import type { Guardrail, GuardrailName } from '../../../contracts/run-judgement.ts';
import type { PercentInterval } from '../../../statistics/judge.ts';
import { mean, standardDeviation } from '../../../statistics/moments.ts';
import { studentT } from '../../../statistics/student-t.ts';
import { rounded } from '../../../telemetry/resources.ts';
import type { Cell } from '../measuring/figures.ts';
import type { CellPair } from './pairs.ts';

/** What a change must not make worse by more than this: response times and cost in percent, errors in percentage points. */
export const limits: Readonly<Record<GuardrailName, number>> = {
  'p50-response-time': 3,
  'p95-response-time': 3,
  'error-rate': 0.05,
  cost: costLimitPercent,
};

/** Of a response time that was judged: it holds when more harm than the limit is ruled out, and is broken when it is shown. */
export function latencyGuardrail(
  name: GuardrailName,
  { improvementPercent, interval }: { improvementPercent: number; interval: PercentInterval | undefined },
): Guardrail {
  const limit = limits[name];
  const told = { name, limit, harm: rounded(-improvementPercent) };
  if (interval === undefined) return { ...told, state: 'unsettled' };
  const [low, high] = [-interval.highPercent, -interval.lowPercent];
  const state = low > limit ? 'broken' : high <= limit ? 'holds' : 'unsettled';
  return { ...told, state, low: rounded(low), high: rounded(high) };
}

/**
 * Of errors. They come in bursts, so the interval is that of the differences of whole pairs of slices (Student's t), and not that of
 * single requests. They are also so seldom that no number of slices rules out a twentieth of a percentage point: it holds unless there
 * are more of them, by more than that and by more than chance.
 */
export function errorGuardrail(pairs: readonly CellPair[], confidence: number): Guardrail {
  const limit = limits['error-rate'];
  const harm = failedPercent(pairs.map(({ after }) => after)) - failedPercent(pairs.map(({ before }) => before));
  const told = { name: 'error-rate', limit, harm: rounded(harm, 3) } as const;
  const differences = pairs.map(({ before, after }) => failedPercent([after]) - failedPercent([before]));
  if (differences.length < 2) return { ...told, state: 'unsettled' };
  const reach =
    (studentT(confidence, differences.length - 1) * standardDeviation(differences)) / Math.sqrt(differences.length);
  const [low, high] = [mean(differences) - reach, mean(differences) + reach];
  const state = low > limit ? 'broken' : harm > limit && low > 0 ? 'unsettled' : 'holds';
  return { ...told, state, low: rounded(low, 3), high: rounded(high, 3) };
}

/** In percent of all that was tried, whether it was answered or not. */
export function failedPercent(cells: readonly Pick<Cell, 'requests' | 'failed' | 'unanswered'>[]): number {
  const tried = cells.reduce((sum, { requests, unanswered }) => sum + requests + unanswered, 0);
  const failed = cells.reduce((sum, cell) => sum + cell.failed, 0);
  return tried === 0 ? 0 : Math.min(100, (100 * failed) / tried);
}

/**
 * Of a cost that is known beforehand, in US dollars a month.
 * @param isAllowed somebody has approved it as it is stated, or has set a limit that it keeps: then it is its own limit
 */
export function costGuardrail(cost: { before: number; after: number }, isAllowed = false): Guardrail {
  const { before, after } = cost;
  const harm = before === 0 ? (after > 0 ? 100 : 0) : 100 * (after / before - 1);
  const isTooMuch = isCostly(cost);
  const limit = isTooMuch && isAllowed ? harm : limits.cost;
  return {
    name: 'cost',
    limit: rounded(limit),
    harm: rounded(harm),
    state: isTooMuch && !isAllowed ? 'broken' : 'holds',
  };
}

/** The first that more slices may tell of; after the last of them, one that seems to be harmed. */
export const unsettledOf = (guardrails: readonly Guardrail[], isLast: boolean): Guardrail | undefined =>
  guardrails.find(({ state, harm, limit }) => state === 'unsettled' && (!isLast || harm > limit));

export const inWords = ({ name, harm, low, high }: Guardrail): string =>
  `${name} ${harm > 0 ? `became worse by ${harm}` : `became better by ${-harm}`} ${name === 'error-rate' ? 'points' : '%'}` +
  (low === undefined || high === undefined ? '' : ` (${low} to ${high})`);
