import { optimizationRunRequest } from '../../../lib/contracts/optimization-runs.ts';
import type { RunJudgement } from '../../../lib/contracts/run-judgement.ts';
import { judgeRun } from '../../../lib/optimization/runs/judging/judge-run.ts';
import type { Cell, RoundFigures } from '../../../lib/optimization/runs/measuring/figures.ts';
import {
  type Alternation,
  forSaving,
  type Measuring,
  roundOf,
  withStretchOver,
} from '../../../lib/optimization/runs/measuring/rounds.ts';
import { Random } from '../../../lib/statistics/random.ts';

export interface GeneratedService {
  /** By how much the change shortens response times, in percent. */
  gainPercent: number;
  /** By how much it makes the slowest ones longer, in percent. */
  tailHarmPercent?: number;
  /** By how much more it fails, in percentage points. */
  errorPoints?: number;
  workers: number;
  alternation?: Alternation;
  /** By what the API measures by default (`load-test`). */
  mode?: Measuring['mode'];
  /** What a run measures in place of what the API does by default. */
  design?: { slicesPerRound: number; rounds: number };
  /** Whether it costs less. */
  saves?: boolean;
}

function measuringOf({ mode = 'load-test', design, saves }: GeneratedService): Measuring {
  const measuring = optimizationRunRequest.parse({ verify: { mode, ...design } }).verify as Measuring;
  return saves ? forSaving(measuring) : measuring;
}
const requests = 200;

/**
 * Rounds of a service that is not quiet: it drifts, as a whole and in walks, is hit by bursts that all workers see at once, starts cold,
 * and workers differ. Both sides go through all of that alike.
 */
export class GeneratedRounds {
  readonly #random: Random;
  readonly #service: Required<Omit<GeneratedService, 'mode' | 'design'>>;
  readonly #measuring: Measuring;
  /** Of a whole run: percent an hour. */
  readonly #drift: number;
  #walk = 0;
  #slicesSoFar = 0;

  constructor(seed: number, service: GeneratedService) {
    this.#random = new Random(seed);
    this.#service = {
      tailHarmPercent: 0,
      errorPoints: 0,
      alternation: 'experiment',
      saves: false,
      ...service,
    };
    this.#measuring = measuringOf(service);
    this.#drift = 0.3 * this.#random.normal();
  }

  round(number: number, seed: string): RoundFigures {
    const { workers, alternation } = this.#service;
    let now = number * 1_000_000;
    let round = roundOf(number, alternation, this.#measuring, seed);
    for (const { seconds } of round.stretches) {
      round = withStretchOver({ ...round, stretchFromMs: now }, this.#measuring, now + seconds * 1_000);
      now += seconds * 1_000;
    }
    const biases = Array.from({ length: workers }, () => 0.03 * this.#random.normal());
    const cells = round.slices.flatMap((slice, index) => {
      const shared = this.#sharedBy(index);
      return biases.map((bias, worker) => this.#cell(index, `worker ${worker}`, slice.side === 'after', shared + bias));
    });
    return { slices: round.slices, cells };
  }

  /** What happens to the service in a slice: the logarithm of a factor. */
  #sharedBy(index: number): number {
    const random = this.#random;
    this.#slicesSoFar += 1;
    this.#walk += 0.015 * random.normal();
    const cold = index === 0 ? 0.3 * random.fraction() : 0;
    const burst = random.fraction() < 0.06 ? 0.5 * random.fraction() : 0;
    return this.#walk + (this.#drift * this.#slicesSoFar) / 60 + cold + burst + 0.035 * random.normal();
  }

  #cell(slice: number, worker: string, isAfter: boolean, shared: number): Cell {
    const random = this.#random;
    const { gainPercent, tailHarmPercent, errorPoints } = this.#service;
    const level = 50 * Math.exp(shared + (isAfter ? Math.log1p(-gainPercent / 100) : 0));
    const meanMs = level * Math.exp(0.035 * random.normal());
    const tail = isAfter ? 1 + tailHarmPercent / 100 : 1;
    const failing = (random.fraction() < 0.02 ? 0.02 : 0) + (isAfter ? errorPoints / 100 : 0);
    let failed = 0;
    for (let request = 0; request < requests; request++) if (random.fraction() < failing) failed++;
    return {
      slice,
      worker,
      requests,
      failed,
      unanswered: 0,
      seconds: 4,
      meanMs,
      p50Ms: 0.8 * level * Math.exp(0.035 * random.normal()),
      p95Ms: 3 * level * tail * Math.exp(0.08 * random.normal()),
      byName: { 'GET /': [requests, meanMs] },
    };
  }
}

/** Judges after each round, as a run does. @returns the last judgement */
export function judgedRun(seed: number, service: GeneratedService, marginPercent = 3): RunJudgement {
  const generated = new GeneratedRounds(seed, service);
  const rounds: RoundFigures[] = [];
  const mostRounds = measuringOf(service).rounds;
  const saving = service.saves ? { words: 'costs less' } : undefined;
  for (;;) {
    rounds.push(generated.round(rounds.length, `run ${seed}`));
    const judgement = judgeRun(rounds, { marginPercent, mostRounds, seed: `run ${seed}`, saving });
    if (judgement.verdict !== 'inconclusive' || rounds.length === mostRounds) return judgement;
  }
}

export interface Kept {
  keptPercent: number;
  meanRounds: number;
}

/** Of so many runs, how many keep the change. */
export function keptOf(runs: number, firstSeed: number, service: GeneratedService, marginPercent?: number): Kept {
  let [kept, rounds] = [0, 0];
  for (let run = 0; run < runs; run++) {
    const judgement = judgedRun(firstSeed + run, service, marginPercent);
    if (judgement.verdict === 'keep') kept++;
    rounds += judgement.rounds;
  }
  return { keptPercent: (100 * kept) / runs, meanRounds: rounds / runs };
}
