import { emptyConnections } from '../../lib/load/fold/figures.ts';
import { storeInterval } from '../../lib/load/fold/shard-interval.ts';
import { secondsOf } from '../../lib/load/kinds/sequence.ts';
import { intervalItem, runItem, type StoredRun, shardItem } from '../../lib/load/model.ts';
import type { HistoryTable } from '../../lib/platform/table/history-table.ts';
import { keys } from '../../lib/platform/table/keys.ts';
import { Sketch } from '../../lib/statistics/sketch.ts';

export interface SimulatedShard {
  table: HistoryTable;
  project: string;
  testId: string;
  shard: number;
  /** Response times in microseconds of the requests of an interval. */
  timesUs: (step: number, interval: number) => readonly number[];
  /** Received for each request. */
  responseBytes?: number;
}

/**
 * In place of a worker: checks in, and stores the figures of every interval as a worker would, at once and without sending
 * anything. So a fleet of any size can be led, and what it adds up to is known.
 */
export class SimulatedWorker {
  readonly #given: SimulatedShard;

  constructor(given: SimulatedShard) {
    this.#given = given;
  }

  async checkIn(): Promise<void> {
    const { table, testId, shard } = this.#given;
    await table.create(shardItem, keys.loadShard(testId, shard, 0), {
      shard,
      generation: 0,
      state: 'waiting',
      leaseUntilMs: Date.now() + 600_000,
      stepsDone: 0,
      lastInterval: -1,
    });
  }

  /** Stores some intervals of the present step. */
  async report(fromInterval: number, toInterval: number): Promise<void> {
    const { table, testId, shard, timesUs, responseBytes = 500 } = this.#given;
    const step = (await this.#run()).step?.index ?? 0;
    for (let interval = fromInterval; interval < toInterval; interval++) {
      const times = timesUs(step, interval);
      const responseTime = new Sketch();
      for (const time of times) responseTime.record(time);
      const report = {
        interval,
        closed: true,
        final: false,
        scenarios: {
          'GET /': {
            requests: times.length,
            successful: times.length,
            failed: 0,
            statuses: { 200: times.length },
            errors: {},
            bytesReceived: responseBytes * times.length,
            bytesSent: 100 * times.length,
            responseTime,
            serviceTime: responseTime,
          },
        },
        connectionFailures: {},
        connections: emptyConnections(),
        firstByte: new Sketch(),
        flows: {},
        activeUsers: 500,
        generator: { lagMaxMs: 0, lag: new Sketch(), eventLoopUtilizationPercent: 10, cpuPercent: 10 },
      } as const;
      await table.create(
        intervalItem,
        keys.loadInterval(testId, { step, interval, shard, generation: 0 }),
        storeInterval({ step, shard, generation: 0 }, report, interval === 0),
      );
    }
  }

  async finish(): Promise<void> {
    const { table, testId, shard } = this.#given;
    const { step } = await this.#run();
    const found = await table.get(shardItem, keys.loadShard(testId, shard, 0));
    if (found === undefined || step === undefined) throw new Error('It has not checked in, or nothing is played');
    const elapsedMs = secondsOf(step) * 1000;
    await table.replace(found, {
      ...found.value,
      stepsDone: step.index + 1,
      lastStep: { elapsedMs, machineCpuPercent: 0 },
    });
  }

  async #run(): Promise<StoredRun> {
    const { table, project, testId } = this.#given;
    const run = await table.get(runItem, keys.loadTest(project, testId));
    if (run === undefined) throw new Error('There is no such run');
    return run.value;
  }
}
