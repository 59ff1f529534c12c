import type { Outgoing } from '../contracts/messages.ts';
import type { Parts } from '../platform/parts.ts';
import { keys } from '../platform/table/keys.ts';
import { leaseMs } from './decide.ts';
import type { Places } from './engine/sequences.ts';
import { type Pace, placesAhead } from './kept-places.ts';
import { type StoredRun, type StoredShard, type StoredStep, shardItem } from './model.ts';
import { queueOf } from './queue-of.ts';
import type { ShardRecord } from './shard-record.ts';

/** Its successor sees the hand-over within this, and is ready to send. */
const noticeMs = 600;
/** Before an invocation is ended from outside, what it still does must be done: of a short one, a share of its time. */
const lastMs = 1500;
const lastShare = 0.08;
/** Of a short one: the rest is for starting the successor. */
const askShare = 0.9;
/** Beside the longest request: a cold start, and the notice. */
const startMs = 20_000;
/** So many seconds apart, invocations that began together ask for their successors. */
const staggerMs = 60_000;

/** A step that is being played. */
export interface PresentStep {
  index: number;
  startAtMs: number;
  seconds: number;
  /** Of the sequences since this invocation plays it. */
  pace: Pace;
}

export interface Invocation {
  /** Until it is ended from outside. */
  remainingMs: () => number;
}

type HandOverParts = Pick<Parts, 'table' | 'clock'>;

/**
 * A Lambda ends after 15 minutes, and a load test need not: before its end an invocation has the next one started, tells
 * it from when on it plays, and plays until then. Of every arrival one of the two knows, by its time alone, that it is its own.
 */
export class HandOver {
  readonly #parts: HandOverParts;
  readonly #run: StoredRun;
  readonly #record: ShardRecord;
  readonly #invocation: Invocation;
  readonly #askAtRemainingMs: number;
  readonly #lastMs: number;

  constructor(parts: HandOverParts, run: StoredRun, record: ShardRecord, invocation: Invocation) {
    this.#parts = parts;
    this.#run = run;
    this.#record = record;
    this.#invocation = invocation;
    const { shard } = record.value;
    const wanted = run.timeoutMs + startMs + (staggerMs * shard) / run.workers;
    const givenMs = invocation.remainingMs();
    this.#askAtRemainingMs = Math.min(wanted, givenMs * askShare);
    this.#lastMs = Math.min(lastMs, givenMs * lastShare);
  }

  /** Whether the end is so near that a successor is asked for, or was. */
  get isNear(): boolean {
    return this.#invocation.remainingMs() < this.#askAtRemainingMs;
  }

  /** Nothing can wait any more. */
  get isLast(): boolean {
    return this.#invocation.remainingMs() < this.#lastMs;
  }

  get isDone(): boolean {
    return this.#record.value.handOver !== undefined;
  }

  /**
   * Asks for the successor, once, and hands over to it as soon as it is there. Call it again and again while `isNear`.
   * @param present the step that is being played, or undefined between two of them
   * @param nextStep the number of the one that comes next where none is played
   * @param places how far the sequences have come
   * @returns from when on the successor plays, when that was decided now
   */
  async advance(present: PresentStep | undefined, nextStep: number, places: Places) {
    const { shard, generation, asksForSuccessor, handOver } = this.#record.value;
    if (handOver !== undefined) return undefined;
    if (!asksForSuccessor) {
      await this.#record.save({ asksForSuccessor: true }, [this.#message(generation + 1)]);
      return undefined;
    }
    const { table } = this.#parts;
    const successor = await table.get(shardItem, keys.loadShard(this.#run.testId, shard, generation + 1));
    if (successor === undefined) return undefined;
    const decided = this.#decide(present, nextStep, places);
    await this.#record.save({ handOver: decided });
    return decided;
  }

  /** At the beginning of an interval, so that at most one interval has figures of both. */
  #decide(present: PresentStep | undefined, nextStep: number, places: Places) {
    if (present === undefined) return { step: nextStep, atMs: 0, places };
    const intervalMs = this.#run.intervalSeconds * 1000;
    const elapsedMs = Math.max(0, this.#parts.clock() - present.startAtMs);
    const atMs = Math.ceil((elapsedMs + noticeMs) / intervalMs) * intervalMs;
    const kept = placesAhead(places, atMs - elapsedMs, present.pace);
    return atMs < present.seconds * 1000
      ? { step: present.index, atMs, places: kept }
      : // What is left of this step is played to its end here.
        { step: present.index + 1, atMs: 0, places: kept };
  }

  #message(generation: number): Outgoing {
    const { project, testId } = this.#run;
    return {
      queue: queueOf(this.#run.kind),
      body: { type: 'load.shard', project, testId, shard: this.#record.value.shard, generation },
    };
  }
}

export interface Beginning {
  step: number;
  atMs: number;
  /** From which the sequences go on. */
  places?: Places | undefined;
}

/**
 * From when on a successor plays: what its predecessor has decided. Where that one died, from the next interval on, and what
 * lies between is lost; its sequences go on past what it can have taken since it was heard of.
 * @returns undefined while nothing is decided
 */
export function beginningOf(
  predecessor: StoredShard | undefined,
  run: Pick<StoredRun, 'step' | 'intervalSeconds' | 'startAtMs' | 'workers'>,
  now: number,
): Beginning | undefined {
  if (predecessor?.handOver !== undefined) return predecessor.handOver;
  if (predecessor !== undefined && predecessor.state !== 'done' && predecessor.leaseUntilMs > now) return undefined;
  const { step, intervalSeconds } = run;
  if (step === undefined) return { step: 0, atMs: 0 };
  const places = predecessor && placesAfterDeath(predecessor, step, run);
  if (predecessor !== undefined && predecessor.stepsDone > step.index) return { step: step.index + 1, atMs: 0, places };
  const intervalMs = intervalSeconds * 1000;
  return {
    step: step.index,
    atMs: Math.ceil((Math.max(0, now - step.startAtMs) + noticeMs) / intervalMs) * intervalMs,
    places,
  };
}

function placesAfterDeath(
  { places = {}, leaseUntilMs }: StoredShard,
  step: StoredStep,
  { startAtMs = step.startAtMs, workers }: Pick<StoredRun, 'startAtMs' | 'workers'>,
): Places {
  const heardOfAtMs = leaseUntilMs - leaseMs;
  const pace = { before: {}, overMs: heardOfAtMs - startAtMs, atOnce: atOnceIn(step, workers) };
  return placesAhead(places, leaseMs, pace);
}

/** Users who may begin at the same time, or arrivals of a second. */
export const atOnceIn = ({ level }: StoredStep, workers: number): number => Math.ceil(level / workers);
