import type { LoadTestSummary } from '../contracts/load.ts';
import type { LoadTestResult } from '../contracts/load-result.ts';
import type { Parts } from '../platform/parts.ts';
import { keys } from '../platform/table/keys.ts';
import { LargeValues } from '../platform/table/large-values.ts';
import { resultItem, runItem, type StoredResult } from './model.ts';
import type { Outcome } from './outcome.ts';

/** Tests of a project are looked back on as far as one page has them: more than a year of daily ones. */
const lookedBackOn = 400;

/** A test in a listing. */
export interface CompletedTest {
  testId: string;
  kind: LoadTestSummary['kind'];
  /** Epoch milliseconds. */
  endedAtMs: number;
  /** Absent where its figures are not the target's. */
  outcome: Outcome | undefined;
}

export interface EndedTest {
  testId: string;
  /** Epoch milliseconds. */
  endedAtMs: number;
  result: LoadTestResult;
}

/** The completed load tests of a project, read only. */
export class LoadHistory {
  readonly #table: Parts['table'];
  readonly #results: LargeValues<StoredResult>;

  constructor({ table }: Pick<Parts, 'table'>) {
    this.#table = table;
    this.#results = new LargeValues(table, resultItem);
  }

  /** The newest 400 at most that were completed, the oldest first. */
  async completed(project: string): Promise<CompletedTest[]> {
    const { items } = await this.#table.page(runItem, keys.loadTests(project), { limit: lookedBackOn }, 'descending');
    return items
      .filter(({ status }) => status === 'completed')
      .map(({ testId, kind, endedAtMs, createdAt, outcome }) => ({
        testId,
        kind,
        endedAtMs: endedAtMs ?? Date.parse(createdAt),
        outcome,
      }))
      .reverse();
  }

  /** Of the newest completed test that raised the load until the target bore no more. */
  async newestStressTest(completed: readonly CompletedTest[]): Promise<EndedTest | undefined> {
    const isStress = ({ kind }: CompletedTest): boolean => kind === 'stress' || kind === 'comprehensive';
    for (const { testId, endedAtMs } of completed.filter(isStress).reverse()) {
      const stored = await this.#results.get(keys.loadResult(testId));
      if (stored?.value.kind !== 'load-test') continue;
      return { testId, endedAtMs, result: stored.value.result };
    }
    return undefined;
  }
}
