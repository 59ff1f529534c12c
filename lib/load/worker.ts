import type { MessageOf } from '../contracts/messages.ts';
import type { Parts } from '../platform/parts.ts';
import { pause } from '../platform/pause.ts';
import type { Stored } from '../platform/table/item.ts';
import { keys } from '../platform/table/keys.ts';
import { gatherPatienceMs, leaseMs } from './decide.ts';
import { startEngine } from './engine/engine.ts';
import { IntervalWriter } from './interval-writer.ts';
import { MachineCpu } from './machine-cpu.ts';
import { runItem, type StoredRun, type StoredShard, shardItem } from './model.ts';
import { enginePlanOf } from './plan.ts';
import { reachableAddresses } from './reachable.ts';
import { ShardRecord } from './shard-record.ts';

type WorkerParts = Pick<Parts, 'table' | 'clock' | 'log'>;

/** How often a waiting worker looks for the start epoch, and a running one for a cancellation. */
const pollMs = { waiting: 200, running: 1000 } as const;

/**
 * Carries out one shard of a load test. The shard is claimed by creating its item: a message that comes again finds it
 * claimed and ends, so no request is ever sent twice for one shard.
 */
export async function workOnShard(parts: WorkerParts, message: MessageOf<'load-work'>): Promise<void> {
  const { table, clock, log } = parts;
  const { project, testId, shard } = message;
  const run = await table.get(runItem, keys.loadTest(project, testId));
  if (run === undefined || run.value.phase === 'ended' || shard >= run.value.workers) return;
  const claim = await table.create(
    shardItem,
    keys.loadShard(testId, shard),
    { shard, state: 'waiting', leaseUntilMs: clock() + leaseMs, lastInterval: -1 },
    run.expiresAt === undefined ? {} : { expiresAt: run.expiresAt },
  );
  if (claim === undefined) {
    log.info('This shard is claimed already', { testId, shard });
    return;
  }
  await new ShardWork(parts, run.value, claim).carryOut();
}

class ShardWork {
  readonly #parts: WorkerParts;
  readonly #run: StoredRun;
  readonly #record: ShardRecord;

  constructor(parts: WorkerParts, run: StoredRun, claim: Stored<StoredShard>) {
    this.#parts = parts;
    this.#run = run;
    this.#record = new ShardRecord(parts, claim);
  }

  async carryOut(): Promise<void> {
    const addresses = await reachableAddresses(this.#run.target);
    const run = await this.#waitForStart();
    if (run?.startAtMs === undefined) return;
    if (run.missing.includes(this.#record.value.shard)) {
      await this.#record.save({ state: 'late' });
      return;
    }
    await this.#generate({ ...run, target: { ...run.target, addresses } }, run.startAtMs);
  }

  /** @returns the run as soon as it has a start epoch; undefined when it ends before, or nobody sets one. */
  async #waitForStart(): Promise<StoredRun | undefined> {
    const { clock, log } = this.#parts;
    const patientUntil = clock() + 2 * gatherPatienceMs(this.#run.workers);
    while (clock() < patientUntil) {
      try {
        const run = await this.#readRun();
        if (run === undefined || run.phase === 'ended') return undefined;
        if (run.startAtMs !== undefined) return run;
        await this.#record.renew();
      } catch (error) {
        log.warn('The table did not answer before a load test', { error });
      }
      await pause(pollMs.waiting);
    }
    return undefined;
  }

  async #generate(run: StoredRun, startAtMs: number): Promise<void> {
    const { table, log } = this.#parts;
    const { shard } = this.#record.value;
    const stop = new AbortController();
    const writer = new IntervalWriter({ table, log, testId: run.testId, shard, startAtMs });
    const address = run.target.addresses[shard % run.target.addresses.length];
    const { outcome: engine } = startEngine(enginePlanOf(run, shard), {
      startAtEpochMs: startAtMs,
      signal: stop.signal,
      address: () => address,
      onInterval: (report) => writer.add(report),
    });
    const ended = engine.then(
      (outcome) => outcome,
      (error: unknown) => error,
    );
    await pause(Math.max(0, startAtMs - this.#parts.clock()));
    const machine = new MachineCpu();
    await this.#watch(ended, stop, writer);
    const machineCpuPercent = machine.meanPercent;
    const outcome = await engine.catch((error: Error) => {
      log.error('A shard could not be carried out', { testId: run.testId, shard, error });
      return { fault: error.message };
    });
    await writer.drain();
    await this.#record.saveOutcome({
      state: 'done',
      lastInterval: writer.lastInterval,
      machineCpuPercent,
      ...('fault' in outcome
        ? { fault: outcome.fault }
        : {
            skewMs: outcome.startedLateMs,
            elapsedMs: outcome.elapsedMs,
            droppedArrivals: outcome.droppedArrivals,
          }),
    });
  }

  /** While the engine runs: renews the lease, and stops it when the test was cancelled or given up. */
  async #watch(ended: Promise<unknown>, stop: AbortController, writer: IntervalWriter): Promise<void> {
    let running = true;
    const end = ended.then(() => {
      running = false;
    });
    while (running) {
      await Promise.race([end, pause(pollMs.running)]);
      if (!running) return;
      try {
        const run = await this.#readRun();
        if (run === undefined || run.phase === 'ended' || run.cancelRequestedAtMs !== undefined) stop.abort();
        await this.#record.renew({ state: 'running', lastInterval: writer.lastInterval });
      } catch (error) {
        // The test goes on without us being heard of for a while; the intervals are kept and written later.
        this.#parts.log.warn('The table did not answer during a load test', { error });
      }
    }
  }

  async #readRun(): Promise<StoredRun | undefined> {
    const { project, testId } = this.#run;
    return (await this.#parts.table.get(runItem, keys.loadTest(project, testId)))?.value;
  }
}
