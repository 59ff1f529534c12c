import type { MessageOf } from '../contracts/messages.ts';
import { DomainError } from '../platform/errors.ts';
import type { Parts } from '../platform/parts.ts';
import { pause } from '../platform/pause.ts';
import { keys } from '../platform/table/keys.ts';
import type { ProjectService } from '../projects/service.ts';
import { gatherPatienceMs, leaseMs } from './decide.ts';
import type { EngineIo } from './engine/engine.ts';
import type { EngineOutcome } from './engine/report.ts';
import type { Places } from './engine/sequences.ts';
import { atOnceIn, type Beginning, beginningOf, HandOver, type Invocation } from './hand-over.ts';
import { IntervalWriter } from './interval-writer.ts';
import { secondsOf } from './kinds/sequence.ts';
import { MachineCpu } from './machine-cpu.ts';
import { runItem, type StoredRun, type StoredShard, type StoredStep, shardItem } from './model.ts';
import type { ShardPlan } from './plan.ts';
import { ShardRecord } from './shard-record.ts';
import { readTraffic } from './stored-request.ts';
import { TargetAddresses } from './target-addresses.ts';

export type WorkerParts = Pick<Parts, 'table' | 'clock' | 'log'>;

/** What an engine has to say in the end. */
export type PlayOutcome = EngineOutcome & Pick<StoredShard, 'artillery'>;

export interface Playing {
  outcome: Promise<PlayOutcome>;
  /** From then on, in ms from the step's start epoch, nothing new begins. */
  leaveAt(ms: number): void;
  /** How far its sequences have come, and what of them comes back to it: see `RunningEngine`. Artillery has its own. */
  places?(): Places;
  giveBack?(from: Places, to: Places): void;
}

/** Plays one shard's part of a step. Artillery's engine is another one than ours. */
export type Play = (plan: ShardPlan, io: EngineIo & { addresses: () => readonly string[] }) => Playing;

export interface WorkerServices {
  projects: Pick<ProjectService, 'requireAddresses'>;
  play: Play;
}

/** How often a worker looks for the next step, for a cancellation while it plays, and for its successor. */
const pollMs = { waiting: 200, playing: 1000, handingOver: 200 } as const;

/**
 * Works on one shard of a load test, step after step, until the test is over or its own time is. The shard is claimed by
 * creating the item of this invocation: a message that comes again finds it and ends, so no request is ever sent twice
 * for one shard.
 */
export async function workOnShard(
  parts: WorkerParts,
  services: WorkerServices,
  { project, testId, shard, generation }: MessageOf<'load-work'>,
  invocation: Invocation,
): Promise<void> {
  const { table, clock, log } = parts;
  const run = await table.get(runItem, keys.loadTest(project, testId));
  if (run === undefined || run.value.phase === 'ended' || shard >= run.value.workers) return;
  const claim = await table.create(
    shardItem,
    keys.loadShard(testId, shard, generation),
    { shard, generation, state: 'waiting', leaseUntilMs: clock() + leaseMs, stepsDone: 0, lastInterval: -1 },
    run.expiresAt === undefined ? {} : { expiresAt: run.expiresAt },
  );
  if (claim === undefined) {
    log.info('This shard is claimed already', { testId, shard, generation });
    return;
  }
  const record = new ShardRecord(parts, claim);
  await new ShardWork({ parts, services, run: run.value, record, invocation }).carryOut();
}

interface Work {
  parts: WorkerParts;
  services: WorkerServices;
  run: StoredRun;
  record: ShardRecord;
  invocation: Invocation;
}

class ShardWork {
  readonly #work: Work;
  readonly #handOver: HandOver;
  readonly #addresses = new Map<number, TargetAddresses>();
  /** How far the shard's sequences have come, before the present step. */
  #places: Places = {};
  /** What the predecessor was kept places up to, until it has said how far it came. */
  #keptUpTo: Places | undefined;
  #refused: DomainError | undefined;

  constructor(work: Work) {
    this.#work = work;
    this.#handOver = new HandOver(work.parts, work.run, work.record, work.invocation);
  }

  async carryOut(): Promise<void> {
    const { record, run } = this.#work;
    const traffic = await readTraffic(this.#work.parts.table, run.testId);
    let beginning = await this.#beginning();
    // What was played before it came is nothing that it is waited for.
    if (beginning !== undefined && beginning.step > 0) await record.save({ stepsDone: beginning.step });
    this.#places = beginning?.places ?? {};
    this.#keptUpTo = beginning?.places;
    while (beginning !== undefined) {
      const step = await this.#waitForStep(beginning.step);
      if (step === undefined) break;
      await this.#play(step, traffic, beginning.atMs);
      if (this.#handOver.isDone || record.value.state === 'done') break;
      beginning = { step: step.index + 1, atMs: 0 };
    }
    if (record.value.state !== 'late') await record.saveOutcome({ state: 'done' });
  }

  /** The first invocation of a shard begins at the beginning; another one where it is told to. */
  async #beginning(): Promise<Beginning | undefined> {
    const { parts, run, record } = this.#work;
    const { shard, generation } = record.value;
    if (generation === 0) return { step: 0, atMs: 0 };
    const key = keys.loadShard(run.testId, shard, generation - 1);
    return this.#poll(async (present) => {
      const predecessor: StoredShard | undefined = (await parts.table.get(shardItem, key))?.value;
      return beginningOf(predecessor, present, parts.clock());
    });
  }

  /** @returns undefined when the test is over, its own time is, or it came too late to take part */
  async #waitForStep(index: number): Promise<StoredStep | undefined> {
    const { run, record } = this.#work;
    const found = await this.#poll(async (present): Promise<StoredStep | 'over' | undefined> => {
      if (present.missing.includes(record.value.shard)) {
        await record.save({ state: 'late' });
        return 'over';
      }
      const { step } = present;
      if (step !== undefined && step.index >= index) return step;
      if (this.#handOver.isNear) await this.#handOver.advance(undefined, index, this.#places);
      return this.#handOver.isDone || this.#handOver.isLast ? 'over' : undefined;
    });
    if (found !== 'over') return found;
    if (!this.#handOver.isDone && record.value.state !== 'late') {
      await record.saveOutcome({ state: 'done', lost: 'no successor came before its invocation ended' });
      this.#work.parts.log.error('A shard found no successor', { testId: run.testId, shard: record.value.shard });
    }
    return undefined;
  }

  /** Looks at the run until there is an answer; undefined when it has ended, or nobody leads it on. */
  async #poll<Answer>(look: (run: StoredRun) => Promise<Answer | undefined>): Promise<Answer | undefined> {
    const { parts, run, record } = this.#work;
    let patientUntil = parts.clock() + 2 * gatherPatienceMs(run.workers);
    let turn = run.turn;
    while (parts.clock() < patientUntil) {
      try {
        const present = await this.#readRun();
        if (present === undefined || present.phase === 'ended') return undefined;
        if (present.turn !== turn) patientUntil = parts.clock() + 2 * gatherPatienceMs(run.workers);
        turn = present.turn;
        const answer = await look(present);
        if (answer !== undefined) return answer;
        await record.renew();
      } catch (error) {
        parts.log.warn('The table did not answer a waiting worker', { error });
      }
      await pause(pollMs.waiting);
    }
    return undefined;
  }

  async #play(step: StoredStep, traffic: ShardPlan['traffic'], fromMs: number): Promise<void> {
    const { parts, services, run, record } = this.#work;
    const { shard, generation } = record.value;
    const addresses = this.#addressesOf(step.target);
    const stop = new AbortController();
    const origin = { step: step.index, shard, generation };
    const writer = new IntervalWriter({ ...parts, testId: run.testId, origin, startAtMs: step.startAtMs });
    try {
      await this.#refresh(addresses, stop).catch((error: unknown) => {
        parts.log.warn('The addresses of a target could not be looked up', { error });
      });
      if (this.#refused !== undefined) throw this.#refused;
      await record.save({ state: 'running', lastInterval: -1 }).catch((error: unknown) => {
        parts.log.warn('The table did not answer before a step', { error });
      });
      const engine = services.play(
        { run, traffic, step, shard, fromMs, places: this.#places },
        {
          startAtEpochMs: step.startAtMs,
          signal: stop.signal,
          address: () => addresses.next(),
          addresses: () => addresses.all,
          onInterval: (report) => writer.add(report),
        },
      );
      const ended = engine.outcome.then(
        () => {},
        () => {},
      );
      await Promise.race([ended, pause(Math.max(0, step.startAtMs + fromMs - parts.clock()))]);
      const machine = new MachineCpu();
      await this.#watch({ ended, engine, stop, writer, step, addresses, fromMs });
      const machineCpuPercent = machine.meanPercent;
      const outcome = await engine.outcome;
      this.#places = this.#placesOf(engine);
      await writer.drain();
      if (this.#refused !== undefined) throw this.#refused;
      await record.saveOutcome(this.#outcomeOf(step, outcome, machineCpuPercent, writer.lastInterval));
    } catch (error) {
      stop.abort();
      parts.log.error('A shard could not be carried out', { testId: run.testId, shard, error });
      await writer.drain().catch(() => {});
      const fault = error instanceof Error ? error.message : String(error);
      await record.saveOutcome({ state: 'done', lastInterval: writer.lastInterval, fault });
    }
  }

  #outcomeOf(
    step: StoredStep,
    { reason, startedLateMs, droppedArrivals, elapsedMs, artillery }: PlayOutcome,
    machineCpuPercent: number,
    lastInterval: number,
  ): Partial<StoredShard> {
    const { value } = this.#work.record;
    const isCutShort = this.#handOver.isLast && reason === 'aborted';
    // A step that was handed over, or broken off, is not done by who did not play it to its end.
    const isPlayed = !isCutShort && value.handOver?.step !== step.index;
    return {
      state: isCutShort || this.#handOver.isDone ? 'done' : 'waiting',
      stepsDone: isPlayed ? step.index + 1 : value.stepsDone,
      lastInterval,
      skewMs: Math.max(value.skewMs ?? 0, startedLateMs),
      droppedArrivals: (value.droppedArrivals ?? 0) + droppedArrivals,
      machineCpuPercent: Math.max(value.machineCpuPercent ?? 0, machineCpuPercent),
      lastStep: { elapsedMs, machineCpuPercent },
      places: this.#places,
      ...(isCutShort ? { lost: 'its invocation ended before its work did' } : {}),
      ...(artillery === undefined ? {} : { artillery }),
    };
  }

  /** While the engine plays: renews the lease, asks after the addresses, hands over, and stops when the test is stopped. */
  async #watch(playing: {
    ended: Promise<void>;
    engine: Playing;
    stop: AbortController;
    writer: IntervalWriter;
    step: StoredStep;
    addresses: TargetAddresses;
    fromMs: number;
  }): Promise<void> {
    const { parts, record } = this.#work;
    const { ended, engine, stop, writer, step, addresses, fromMs } = playing;
    const { index, startAtMs } = step;
    const atOnce = atOnceIn(step, this.#work.run.workers);
    let running = true;
    const end = ended.then(() => {
      running = false;
    });
    while (running) {
      await Promise.race([end, pause(this.#handOver.isNear ? pollMs.handingOver : pollMs.playing)]);
      if (!running) return;
      if (this.#handOver.isLast) stop.abort();
      try {
        const run = await this.#readRun();
        const isOver = run === undefined || run.phase === 'ended' || run.step?.index !== step.index;
        if (isOver || run.cancelRequestedAtMs !== undefined) stop.abort();
        const places = this.#placesOf(engine);
        await record.renew({ lastInterval: writer.lastInterval, places });
        await this.#takeBack(engine);
        await this.#refresh(addresses, stop);
        if (!this.#handOver.isNear) continue;
        const pace = { before: this.#places, overMs: parts.clock() - startAtMs - fromMs, atOnce };
        const present = { index, startAtMs, seconds: secondsOf(step), pace };
        const decided = await this.#handOver.advance(present, index, places);
        if (decided?.step === step.index) engine.leaveAt(decided.atMs);
      } catch (error) {
        // The test goes on without us being heard of for a while; the intervals are kept and written later.
        parts.log.warn('The table did not answer during a load test', { error });
      }
    }
  }

  #placesOf(engine: Playing): Places {
    return engine.places?.() ?? this.#places;
  }

  /** The predecessor had places kept for itself, and has ended: those that it did not take come first now. */
  async #takeBack(engine: Playing): Promise<void> {
    const { parts, record, run } = this.#work;
    const { shard, generation } = record.value;
    if (this.#keptUpTo === undefined) return;
    const found = await parts.table.get(shardItem, keys.loadShard(run.testId, shard, generation - 1));
    const predecessor = found?.value;
    if (predecessor?.state === 'done' && predecessor.places !== undefined) {
      engine.giveBack?.(predecessor.places, this.#keptUpTo);
    } else if (predecessor !== undefined && predecessor.leaseUntilMs > parts.clock()) return;
    this.#keptUpTo = undefined;
  }

  /** A name that came to mean something forbidden ends the work; one that cannot be looked up means what it meant. */
  async #refresh(addresses: TargetAddresses, stop: AbortController): Promise<void> {
    try {
      await addresses.refresh(this.#work.parts.clock());
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      this.#refused = error;
      stop.abort();
    }
  }

  #addressesOf(target: number): TargetAddresses {
    const known = this.#addresses.get(target);
    if (known !== undefined) return known;
    const { run, services, record } = this.#work;
    const found = run.targets[target];
    if (found === undefined) throw new Error(`The run ${run.testId} has no target ${target}`);
    const addresses = new TargetAddresses(found, services.projects, record.value.shard);
    this.#addresses.set(target, addresses);
    return addresses;
  }

  async #readRun(): Promise<StoredRun | undefined> {
    const { project, testId } = this.#work.run;
    return (await this.#work.parts.table.get(runItem, keys.loadTest(project, testId)))?.value;
  }
}
