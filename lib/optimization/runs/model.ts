import { z } from 'zod';
import { json } from '../../contracts/json.ts';
import { settingsExperiment } from '../../contracts/live-settings.ts';
import { identifier, projectName, timestamp } from '../../contracts/names.ts';
import {
  actor,
  optimizationRun,
  performanceComparison,
  runConflict,
  runStepStatus,
  takenRunRequest,
} from '../../contracts/optimization-runs.ts';
import { targetOutcome } from '../../contracts/profiles.ts';
import { runJudgement } from '../../contracts/run-judgement.ts';
import type { ItemType } from '../../platform/table/item.ts';

export const side = z.enum(['before', 'after']);

/** A part of a round in which one side was in force. */
export const slice = z.object({
  side,
  /** Slices of the same pair are compared, one of each side. */
  pair: z.int(),
  /** Pairs that share what chance does to them: those of the same two phases. */
  block: z.int(),
  /** Epoch milliseconds, as are all `...Ms` here. */
  fromMs: z.number(),
  toMs: z.number(),
});
export type Slice = z.output<typeof slice>;

const round = z.object({
  number: z.int().min(0),
  /** How the sides come to alternate: the service does it by its clock, or the run writes them. */
  by: z.enum(['experiment', 'writing']),
  /** The stretches in which one side is in force, in order. */
  stretches: z.array(z.object({ side, seconds: z.number() })),
  testId: identifier.optional(),
  experiment: settingsExperiment.optional(),
  /** Of those that are over; with an experiment, all. */
  slices: z.array(slice),
  /** The present one, and since when its side is in force. */
  stretch: z.int(),
  stretchFromMs: z.number().optional(),
});
export type Round = z.output<typeof round>;

/** One optimization of the plan, at the place that it has there. */
const unit = z.object({
  status: runStepStatus,
  detail: z.string().optional(),
  /** What each change found in its place before anything was written. */
  snapshot: z.array(json).optional(),
  /** What each of those belonged to then, where it must stay as it is until the optimization is over. */
  revisions: z.array(z.string().nullable()).optional(),
  /** How many of its changes may have been written, the first ones: those are what there is to put back. */
  begun: z.int().min(0),
  /** How many of them certainly were. */
  written: z.int().min(0),
  round: round.optional(),
  judgement: runJudgement.optional(),
  comparison: performanceComparison.optional(),
  keptAt: timestamp.optional(),
});
export type Unit = z.output<typeof unit>;

/** Why changes are written: to compare the sides, to keep the change, or to put back what was there. */
export const purpose = z.enum(['compare', 'keep', 'put-back']);
export type Purpose = z.output<typeof purpose>;

/**
 * Where a run stands: what it does next, or was doing when it was cut off. So what is about to be written is always stored before it is
 * written.
 */
const position = z.discriminatedUnion('step', [
  /** Takes the lock, and a snapshot of all that it may touch. */
  z.object({ step: z.literal('begin') }),
  /** Looks whether things are as they were planned, and decides how to measure. */
  z.object({ step: z.literal('prepare'), unit: z.int() }),
  z.object({ step: z.literal('write'), unit: z.int(), change: z.int(), to: side, purpose }),
  /** Begins the load of a round, and waits until it is there. */
  z.object({ step: z.literal('load'), unit: z.int() }),
  /** Lets the service alternate. */
  z.object({ step: z.literal('experiment'), unit: z.int() }),
  /** Waits until the present stretch, or the experiment, is over. */
  z.object({ step: z.literal('wait'), unit: z.int() }),
  /** Reads the figures of the round, and judges. */
  z.object({ step: z.literal('judge'), unit: z.int() }),
  z.object({ step: z.literal('end') }),
]);
export type Position = z.output<typeof position>;
export type StepName = Position['step'];

/** Why a run does not go forward any more: what it was trying is put back, or all that it has done. */
const halt = z.object({
  scope: z.enum(['trying', 'all']),
  reason: z.string(),
  force: z.boolean(),
  by: actor.optional(),
  /** Force was given while things were being put back: what was in their way by then is to be gone through once more. */
  again: z.boolean().optional(),
});
export type Halt = z.output<typeof halt>;

const storedRun = optimizationRun
  .pick({
    runId: true,
    project: true,
    requestedBy: true,
    approvedBy: true,
    createdAt: true,
    reason: true,
    profileId: true,
    marginPercent: true,
    plannedOptimizations: true,
    leftOut: true,
    leftOutBeyond: true,
    expectedPerformanceGainPercent: true,
    estimatedDurationSeconds: true,
    result: true,
  })
  .extend({
    request: takenRunRequest,
    project: projectName,
    status: z.enum([
      'planned',
      'awaiting-approval',
      'queued',
      'running',
      'rolling-back',
      'completed',
      'rolled-back',
      'failed',
    ]),
    targetMetrics: z.partialRecord(targetOutcome.shape.metric, z.number().optional()).optional(),
    /** Grows with each step: a message acts only on the turn that it names. */
    turn: z.int(),
    at: position,
    units: z.array(unit),
    conflicts: z.array(runConflict),
    halt: halt.optional(),
    /** Until then, whoever took up the present turn is at it, and nobody else is to be. */
    claimedUntilMs: z.number().optional(),
    /** How often the present turn was claimed. */
    attempts: z.int().min(0).optional(),
    approveByMs: z.number().optional(),
    startedAtMs: z.number().optional(),
    endedAtMs: z.number().optional(),
    /** After this it goes forward no more. */
    deadlineMs: z.number().optional(),
  });
export type StoredRun = z.output<typeof storedRun>;
export const runItem: ItemType<StoredRun> = { name: 'OptimizationRun', version: 1, schema: storedRun };

export const retentionMs = 400 * 24 * 60 * 60 * 1000;

/** Whether a worker is to lead it on; one that waits for approval, or is only a plan, has nothing to be led to. */
export const isLed = ({ status }: Pick<StoredRun, 'status'>): boolean =>
  status === 'queued' || status === 'running' || status === 'rolling-back';

export const hasEnded = ({ status }: Pick<StoredRun, 'status'>): boolean =>
  status === 'completed' || status === 'rolled-back' || status === 'failed';
