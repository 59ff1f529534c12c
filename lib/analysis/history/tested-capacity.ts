import type { LoadStep } from '../../contracts/load-result.ts';
import type { EndedTest } from '../../load/history-service.ts';
import { rounded } from '../../telemetry/resources.ts';

/** What a target bore, by a stress test. */
export interface TestedCapacity {
  testId: string;
  /** Epoch milliseconds. */
  endedAtMs: number;
  /** The most that was answered well, of all levels that it bore. */
  requestsPerSecond: number;
  /** The highest level that was tried, in the closed model. */
  users: number | undefined;
}

/** A level at which the generator was at its end was borne all the same. */
const isBorne = ({ part, verdict }: LoadStep): boolean =>
  part === 'stress' && (verdict === undefined || verdict === 'ok' || verdict === 'generator-limited');

const wellPerSecond = ({ requestsPerSecond, successRatePercent = 0 }: LoadStep): number =>
  (requestsPerSecond * successRatePercent) / 100;

/** @returns undefined where no level was borne */
export function testedCapacityOf({ testId, endedAtMs, result }: EndedTest): TestedCapacity | undefined {
  const steps = result.steps ?? [];
  const most = Math.max(0, ...steps.filter(isBorne).map(wellPerSecond));
  if (most === 0) return undefined;
  const levels = steps.filter(({ part }) => part === 'stress').flatMap(({ users }) => users ?? []);
  return {
    testId,
    endedAtMs,
    requestsPerSecond: rounded(most),
    users: levels.length === 0 ? undefined : Math.max(...levels),
  };
}
