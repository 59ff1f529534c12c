import type { Guardrail, RunJudgement } from '../../../contracts/run-judgement.ts';
import { type Judgement, judge, type PercentInterval } from '../../../statistics/judge.ts';
import { ENOUGH_PAIRS } from '../../../statistics/paired-ratio.ts';
import { rounded } from '../../../telemetry/resources.ts';
import type { Side } from '../../sides.ts';
import type { RoundFigures } from '../measuring/figures.ts';
import { seededBy } from '../measuring/rounds.ts';
import { costGuardrail, errorGuardrail, inWords, latencyGuardrail, unsettledOf } from './guardrails.ts';
import { confidenceOfLook } from './looks.ts';
import { byBlock, byWorker, type CellPair, cellPairs, type Figure } from './pairs.ts';
import { type Saving, savingConfidence, savingVerdict } from './saving.ts';

export interface JudgeRunOptions {
  /** The gain that must be shown, in percent. */
  marginPercent: number;
  /** How many there may be. */
  mostRounds: number;
  /** The same for the same run, so that whoever judges again comes to the same. */
  seed: string;
  /** Of what is changed, where it is known. */
  costUsdPerMonth?: { before: number; after: number } | undefined;
  /** Whether that was approved, or is within a limit that was set. */
  isCostAllowed?: boolean;
  /** What the change is there to save, where it is not time: then it need not make anything faster. */
  saving?: Saving | undefined;
}

/** By how much a figure became better, as the more careful of two ways of looking at the same pairs has it. */
interface Careful {
  improvementPercent: number;
  interval: PercentInterval | undefined;
  workers: Judgement;
}

/**
 * What the rounds so far say of a change: keep, when a gain of the margin is shown and no guardrail speaks against it; reject, when such
 * a gain can be ruled out or a guardrail is broken; else more rounds may tell, and after the last one it is not kept. Of a change that
 * saves something, it is enough that it makes nothing slower.
 *
 * Pairs are judged twice: drawn together by worker, and by slice (what happens to the service happens to all workers at once). The
 * wider interval counts.
 */
export function judgeRun(rounds: readonly RoundFigures[], options: JudgeRunOptions): RunJudgement {
  const { marginPercent, mostRounds, seed, costUsdPerMonth, isCostAllowed, saving } = options;
  const pairs = cellPairs(rounds);
  const usual = confidenceOfLook(looksOf(rounds, mostRounds));
  const careful = (figure: Figure, confidence = usual): Careful | undefined =>
    carefully(pairs, figure, { marginPercent, confidence, seed });
  const [usualMean, p50, p95] = [careful('mean'), careful('p50'), careful('p95')];
  const guardrails: Guardrail[] = [
    ...(p50 === undefined ? [] : [latencyGuardrail('p50-response-time', p50)]),
    ...(p95 === undefined ? [] : [latencyGuardrail('p95-response-time', p95)]),
    ...(pairs.length === 0 ? [] : [errorGuardrail(pairs, usual)]),
    ...(costUsdPerMonth === undefined ? [] : [costGuardrail(costUsdPerMonth, isCostAllowed)]),
  ];
  const isLast = rounds.length >= mostRounds;
  const silence = silenceOf(rounds);
  const isFaster = (usualMean?.interval?.lowPercent ?? 0) > marginPercent;
  const isForSaving = saving !== undefined && isLast && !isFaster;
  const [mean, confidence] = isForSaving ? [careful('mean', savingConfidence), savingConfidence] : [usualMean, usual];
  const { verdict, why, keptFor } =
    silence === undefined
      ? verdictOf(mean, guardrails, { marginPercent, isLast, saving })
      : ({ verdict: 'reject', why: silence } as const);
  const shown = mean?.interval && {
    lowPercent: rounded(mean.interval.lowPercent),
    highPercent: rounded(mean.interval.highPercent),
  };
  return {
    verdict,
    reason: reasonOf(mean, shown, confidence, why),
    ...(keptFor === undefined ? {} : { keptFor }),
    rounds: rounds.length,
    marginPercent,
    confidencePercent: rounded(100 * confidence),
    pairs: pairs.length,
    workers: new Set(pairs.map(({ worker }) => worker)).size,
    guardrails,
    ...(mean === undefined ? {} : { improvementPercent: rounded(mean.improvementPercent) }),
    ...(shown === undefined ? {} : { interval: shown }),
    ...(mean?.workers.effectSize === undefined ? {} : { effectSize: rounded(mean.workers.effectSize, 3) }),
    ...(mean?.workers.mannWhitneyP === undefined ? {} : { mannWhitneyP: mean.workers.mannWhitneyP }),
  };
}

function carefully(
  pairs: readonly CellPair[],
  figure: Figure,
  { marginPercent, confidence, seed }: { marginPercent: number; confidence: number; seed: string },
): Careful | undefined {
  const options = { marginPercent, confidence };
  const workers = judge(byWorker(pairs, figure), { ...options, random: seededBy(`${seed} ${figure} by worker`) });
  const blocks = judge(byBlock(pairs, figure), { ...options, random: seededBy(`${seed} ${figure} by block`) });
  const { improvementPercent } = blocks;
  if (improvementPercent === undefined) return undefined;
  if (workers.interval === undefined || blocks.interval === undefined) {
    return { improvementPercent, interval: undefined, workers };
  }
  return {
    improvementPercent,
    workers,
    interval: {
      lowPercent: Math.min(workers.interval.lowPercent, blocks.interval.lowPercent),
      highPercent: Math.max(workers.interval.highPercent, blocks.interval.highPercent),
    },
  };
}

/** At how many rounds there are blocks enough for a verdict. */
function looksOf([first]: readonly RoundFigures[], mostRounds: number): number {
  const blocks = new Set(first?.slices.map(({ block }) => block)).size;
  const rounds = Array.from({ length: mostRounds }, (_, before) => before + 1);
  return Math.max(1, rounds.filter((round) => round * blocks >= ENOUGH_PAIRS).length);
}

/** So many slices that were told of before, and none after, are no chance. */
const silentSlices = 4;

/** Why nothing can be told of a change with which the service was not heard of at all. A load test hears of it as errors. */
function silenceOf(rounds: readonly RoundFigures[]): string | undefined {
  const heard = (side: Side): number =>
    rounds.reduce((sum, { slices, cells }) => {
      const ofSide = new Set(cells.filter(({ slice }) => slices[slice]?.side === side).map(({ slice }) => slice));
      return sum + ofSide.size;
    }, 0);
  if (heard('after') > 0 || heard('before') < silentSlices) return undefined;
  return 'no request was told of while it was in force: the service was down, or did not take it up';
}

function verdictOf(
  mean: Careful | undefined,
  guardrails: readonly Guardrail[],
  { marginPercent, isLast, saving }: { marginPercent: number; isLast: boolean; saving: Saving | undefined },
): Pick<RunJudgement, 'verdict' | 'keptFor'> & { why: string } {
  const broken = guardrails.find(({ state }) => state === 'broken');
  if (broken !== undefined) return { verdict: 'reject', why: `${inWords(broken)}, which is more than it may` };
  if (mean?.interval === undefined)
    return { verdict: 'inconclusive', why: 'too little was measured to tell a gain from noise' };
  const { lowPercent, highPercent } = mean.interval;
  if (saving !== undefined && lowPercent <= marginPercent) {
    if (isLast) return savingVerdict(mean.interval, guardrails, saving);
    return { verdict: 'inconclusive', why: 'whether it is slower is looked at after the last round' };
  }
  if (highPercent < marginPercent) return { verdict: 'reject', why: `a gain of ${marginPercent} % can be ruled out` };
  if (lowPercent <= marginPercent) {
    return { verdict: 'inconclusive', why: `whether the gain exceeds ${marginPercent} % is not settled` };
  }
  const gain = `a gain of more than ${marginPercent} % is shown`;
  const unsettled = unsettledOf(guardrails, isLast);
  if (unsettled === undefined) return { verdict: 'keep', keptFor: 'gain', why: gain };
  return { verdict: 'inconclusive', why: `${gain}, but not that ${unsettled.name} is unharmed: ${inWords(unsettled)}` };
}

function reasonOf(
  mean: Careful | undefined,
  interval: PercentInterval | undefined,
  confidence: number,
  why: string,
): string {
  if (mean === undefined || interval === undefined) return why;
  const { pairs, clusters } = mean.workers;
  return (
    `improvement ${mean.improvementPercent.toFixed(1)} % (interval of ${rounded(100 * confidence)} % confidence: ` +
    `${interval.lowPercent.toFixed(1)} to ${interval.highPercent.toFixed(1)} %, ${pairs} pairs, ${clusters} workers): ${why}`
  );
}
