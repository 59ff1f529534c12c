import { type HistoryMetric, historyMetrics } from '../../contracts/telemetry-history.ts';
import { isoTime } from '../../platform/clock.ts';
import type { ProjectService } from '../../projects/service.ts';
import type { HistoryPoint, TelemetryHistory } from '../../telemetry/history/service.ts';
import type { TaskOutputs } from '../outputs.ts';
import type { TaskRunner } from '../runner.ts';

type Series = ReadonlyMap<HistoryMetric, readonly HistoryPoint[]>;

export const exportRunner = (services: {
  projects: Pick<ProjectService, 'require'>;
  history: Pick<TelemetryHistory, 'rangeOf' | 'series'>;
  outputs: TaskOutputs;
}): TaskRunner<'export'> => ({
  run: async ({ payload: { project, metrics, format, ...range } }, { taskId }) => {
    await services.projects.require(project);
    const { resolution, period } = services.history.rangeOf(range);
    const columns = [...new Set(metrics)];
    const rows = rowsOf(columns, await services.history.series(project, columns, resolution, period));
    const text = format === 'csv' ? csv(columns, rows) : JSON.stringify(rows);
    const contentType = format === 'csv' ? 'text/csv; charset=utf-8' : 'application/json';
    await services.outputs.put(taskId, { contentType, text });
    return {
      ended: true,
      result: { rows: rows.length, bytes: Buffer.byteLength(text), output: `/v1/tasks/${taskId}/output` },
    };
  },
});

type Row = { at: string } & Partial<Record<HistoryMetric, number>>;

/** A row for each time at which anything is known. */
function rowsOf(metrics: readonly HistoryMetric[], series: Series): Row[] {
  const rows = new Map<number, Row>();
  for (const metric of metrics) {
    for (const { at, value } of series.get(metric) ?? []) {
      rows.set(at, { ...(rows.get(at) ?? { at: isoTime(at) }), [metric]: value });
    }
  }
  return [...rows.entries()].sort(([one], [other]) => one - other).map(([, row]) => row);
}

/** RFC 4180, with the units in the head. Times and numbers need no quotes. */
function csv(metrics: readonly HistoryMetric[], rows: readonly Row[]): string {
  const head = ['at', ...metrics.map((metric) => `${metric} (${historyMetrics[metric]})`)];
  const lines = rows.map((row) => [row.at, ...metrics.map((metric) => row[metric] ?? '')]);
  return [head, ...lines].map((cells) => `${cells.join(',')}\r\n`).join('');
}
