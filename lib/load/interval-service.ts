import type { Parts } from '../platform/parts.ts';
import { keys } from '../platform/table/keys.ts';
import type { Period } from '../telemetry/period.ts';
import { readInterval, type ShardInterval } from './fold/shard-interval.ts';
import { intervalItem, runItem } from './model.ts';

/** What one worker did in one interval of a test, with when that was, in epoch milliseconds. */
export interface TimedInterval extends Period {
  shard: number;
  scenarios: ShardInterval['scenarios'];
  /** Requests that were not written completely. */
  connectionFailures: ShardInterval['connectionFailures'];
}

/** The figures of load tests as their workers told them, interval by interval. Read only. */
export class LoadIntervals {
  readonly #table: Parts['table'];

  constructor({ table }: Pick<Parts, 'table'>) {
    this.#table = table;
  }

  /** Of the step that a test played last, which is the only one of a basic test, in the order of time. Nothing of a test that never began. */
  async *of(project: string, testId: string): AsyncGenerator<TimedInterval> {
    const run = await this.#table.get(runItem, keys.loadTest(project, testId));
    if (run?.value.step === undefined) return;
    const { step, intervalSeconds } = run.value;
    for await (const { value } of this.#table.all(intervalItem, keys.loadIntervals(testId, step.index))) {
      const { shard, interval, scenarios, connectionFailures } = readInterval(value);
      const from = step.startAtMs + interval * intervalSeconds * 1_000;
      yield { shard, from, to: from + intervalSeconds * 1_000, scenarios, connectionFailures };
    }
  }
}
