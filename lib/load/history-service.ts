import type { LoadTestSummary } from '../contracts/load.ts';
import type { LoadTestResult } from '../contracts/load-result.ts';
import type { Parts } from '../platform/parts.ts';
import { keys } from '../platform/table/keys.ts';
import { LargeValues } from '../platform/table/large-values.ts';
import type { Period } from '../telemetry/period.ts';
import { resultItem, runItem, type StoredResult, type StoredRun } from './model.ts';
import type { Outcome } from './outcome.ts';

/** So far are tests of a project looked back on: more than a year of daily ones. */
const lookedBackOn = 400;

/** The newest tests of a project. */
export interface NewestTests {
  /** Of them, the completed ones, the oldest first. */
  completed: CompletedTest[];
  /** When load was sent, by whatever became of the test, the oldest first. In epoch milliseconds. */
  loadPeriods: Period[];
}

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

  /** Of the newest 400. @param now in epoch milliseconds: so long does load last of which no end is known */
  async newest(project: string, now: number): Promise<NewestTests> {
    const runs = (await this.#newestRuns(project)).reverse();
    return {
      completed: runs
        .filter(({ status }) => status === 'completed')
        .map(({ testId, kind, endedAtMs, createdAt, outcome }) => ({
          testId,
          kind,
          endedAtMs: endedAtMs ?? Date.parse(createdAt),
          outcome,
        })),
      loadPeriods: runs.flatMap(({ startAtMs, endedAtMs }) =>
        startAtMs === undefined ? [] : [{ from: startAtMs, to: endedAtMs ?? now }],
      ),
    };
  }

  /** The newest first. A page of the table may end long before its limit: by its size, or by items that expired. */
  async #newestRuns(project: string): Promise<StoredRun[]> {
    const runs: StoredRun[] = [];
    let cursor: string | undefined;
    do {
      const query = { limit: lookedBackOn - runs.length, ...(cursor === undefined ? {} : { cursor }) };
      const page = await this.#table.page(runItem, keys.loadTests(project), query, 'descending');
      runs.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== undefined && runs.length < lookedBackOn);
    return runs;
  }

  /**
   * Of the newest completed test that raised the load until the target bore no more. Not of one whose figures are those of a
   * generator at its end, or of a part of the load.
   */
  async newestStressTest(completed: readonly CompletedTest[]): Promise<EndedTest | undefined> {
    const isTelling = ({ kind, outcome }: CompletedTest): boolean =>
      outcome !== undefined && (kind === 'stress' || kind === 'comprehensive');
    for (const { testId, endedAtMs } of completed.filter(isTelling).reverse()) {
      const stored = await this.#results.get(keys.loadResult(testId));
      if (stored?.value.kind !== 'load-test') continue;
      return { testId, endedAtMs, result: stored.value.result };
    }
    return undefined;
  }
}
