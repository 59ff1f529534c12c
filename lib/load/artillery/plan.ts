import type { EngineOutcome, IntervalReport } from '../engine/report.ts';
import type { ArtilleryMetrics } from './metrics.ts';
import type { ArtilleryScript } from './script.ts';
import type { TargetOrigin } from './target-origin.ts';

/** What one worker has to do. The parts of all workers are the whole test. */
export type ArtilleryPlan = {
  script: ArtilleryScript;
  target: TargetOrigin;
  /** This worker, from 0, of so many. */
  worker: number;
  workers: number;
  /** From here on the phases are played, in ms from the start epoch; default 0. A shard that was taken over begins later. */
  fromMs?: number;
  /** How long users may go on after the last phase, or after this run has left; default 30 s. Then they are stopped. */
  drainMs?: number;
  intervalMs: number;
  /** The same for all workers: they draw the same arrivals, and each takes its own of them. */
  seed: number;
};

export const defaultDrainMs = 30_000;

/** As of our own engine, and what only Artillery counts. */
export type ArtilleryOutcome = EngineOutcome & {
  /** Of this run, from its beginning to its end. */
  metrics: ArtilleryMetrics;
};

export type ArtilleryInterval = { report: IntervalReport; metrics: ArtilleryMetrics };
