import { Random } from '../../statistics/random.ts';
import { Arrivals } from '../engine/arrivals.ts';
import { lengthMs, peakLevel } from '../engine/stages.ts';
import type { ArrivalPhase } from './phases.ts';

export type Arrival = {
  /** Ms from the start of the test. */
  dueMs: number;
  phase: ArrivalPhase;
};

export type WorkerShare = {
  /** From 0, of so many. */
  worker: number;
  workers: number;
  /** Of the whole test, the same for all workers: they draw the same arrivals and each takes its own of them. */
  seed: number;
  /** What is due before it was another's; default 0. */
  fromMs?: number;
};

/**
 * The users of the whole test as they arrive, of whom a worker takes every `workers`-th: the parts of all workers are the
 * whole, whatever the rates are. Artillery itself drops remainders of phases, and lets the workers' users arrive at once.
 */
export function* arrivalsOf(phases: readonly ArrivalPhase[], share: WorkerShare): Generator<Arrival> {
  const { worker, workers, seed, fromMs = 0 } = share;
  let startMs = 0;
  let arrived = 0;
  for (const [index, phase] of phases.entries()) {
    for (const inPhaseMs of phase.mode === 'poisson' ? poissonMs(phase, new Random(seed + index)) : uniformMs(phase)) {
      const dueMs = startMs + inPhaseMs;
      if (arrived++ % workers === worker && dueMs >= fromMs) yield { dueMs, phase };
    }
    startMs += phase.seconds * 1000;
  }
}

function* uniformMs(phase: ArrivalPhase): Generator<number> {
  const arrivals = new Arrivals([phase]);
  for (let k = 0; k < arrivals.count; k++) yield arrivals.dueMs(k);
}

/** A Poisson process: the integral of the rate between two arrivals is exponential with mean 1. */
function* poissonMs(phase: ArrivalPhase, random: Random): Generator<number> {
  const arrivals = new Arrivals([phase]);
  const whole = expected(phase);
  for (let passed = 0; ; ) {
    passed -= Math.log(1 - random.fraction());
    if (passed >= whole) return;
    yield arrivals.dueMs(passed);
  }
}

const expected = ({ seconds, from, to }: ArrivalPhase): number => (seconds * (from + to)) / 2;

export type PlannedLoad = {
  seconds: number;
  /** Users of the whole test; of Poisson phases, as many as are expected. */
  arrivals: number;
  peakArrivalsPerSecond: number;
};

export const plannedLoadOf = (phases: readonly ArrivalPhase[]): PlannedLoad => ({
  seconds: lengthMs(phases) / 1000,
  arrivals: phases.reduce(
    (sum, phase) => sum + (phase.mode === 'poisson' ? Math.round(expected(phase)) : new Arrivals([phase]).count),
    0,
  ),
  peakArrivalsPerSecond: peakLevel(phases),
});

/** A worker's part of the users who may be at work at once. */
export const maxVusersOf = (whole: number, { worker, workers }: WorkerShare): number =>
  Math.floor((whole * (worker + 1)) / workers) - Math.floor((whole * worker) / workers);
