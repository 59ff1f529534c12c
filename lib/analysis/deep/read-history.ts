import type { HistoryMetric } from '../../contracts/telemetry-history.ts';
import type { CompletedTest, EndedTest, LoadHistory } from '../../load/history-service.ts';
import type { HistoryPoint, TelemetryHistory } from '../../telemetry/history/service.ts';
import type { Period } from '../../telemetry/period.ts';
import { lastDays } from '../history/range.ts';
import { trafficMetrics, usualMetrics } from '../history/usual-metrics.ts';

/**
 * What is read of the history: so many rollups at most, however much was reported. A year is looked back on by the day; by the
 * hour two weeks show what a day and a week are like.
 */
const daysByTheDay = 365;
const daysByTheHour = 14;

export type Points = ReadonlyMap<HistoryMetric, readonly HistoryPoint[]>;

export interface ReadHistory {
  now: number;
  days: Points;
  dayPeriod: Period;
  hours: Points;
  hourPeriod: Period;
  /** Completed, the oldest first. */
  loadTests: readonly CompletedTest[];
  /** When load tests ran, whatever became of them. */
  loadPeriods: readonly Period[];
  stressTest: EndedTest | undefined;
}

export async function readHistory(
  { history, loadTests }: { history: TelemetryHistory; loadTests: LoadHistory },
  project: string,
  now: number,
): Promise<ReadHistory> {
  const metrics = [...new Set<HistoryMetric>([...usualMetrics, ...trafficMetrics])];
  const dayPeriod = lastDays(now, daysByTheDay, 'day');
  const hourPeriod = lastDays(now, daysByTheHour, 'hour');
  const days = await history.series(project, metrics, 'day', dayPeriod);
  const hours = await history.series(project, metrics, 'hour', hourPeriod);
  const { completed, loadPeriods } = await loadTests.newest(project, now);
  const stressTest = await loadTests.newestStressTest(completed);
  return { now, days, dayPeriod, hours, hourPeriod, loadTests: completed, loadPeriods, stressTest };
}
