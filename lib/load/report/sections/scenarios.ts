import type { LoadTestResult, ScenarioResult } from '../../../contracts/load-result.ts';
import { figure } from '../../../pages/figures.ts';
import { type Markup, markup } from '../../../pages/markup.ts';
import { type Column, type Row, section, table } from '../../../pages/table.ts';

const columns: readonly Column[] = [
  { label: 'Scenario', kind: 'long' },
  ...['Requests', 'Per second', 'Successful, %', 'Mean, ms', 'p50, ms', 'p95, ms', 'p99, ms', 'Max, ms'].map(
    (label) => ({
      label,
      kind: 'number' as const,
    }),
  ),
  { label: 'Statuses' },
];

type Figures = Omit<ScenarioResult, 'flow'>;

const rowOf = (name: string, figures: Figures, tone?: Row['tone']): Row => ({
  tone,
  cells: [
    name,
    figure(figures.requests, 'bareCount'),
    figure(figures.requestsPerSecond, 'bare'),
    figure(figures.successRatePercent, 'barePercent'),
    figure(figures.avgResponseTimeMs, 'bare'),
    figure(figures.p50ResponseTimeMs, 'bare'),
    figure(figures.p95ResponseTimeMs, 'bare'),
    figure(figures.p99ResponseTimeMs, 'bare'),
    figure(figures.maxResponseTimeMs, 'bare'),
    markup`<span class="statuses">${Object.entries(figures.statuses).map(
      ([status, times]) =>
        markup`<span class="${Number(status) >= 400 ? 'bad' : ''}">${status}: ${figure(times, 'count')}</span> `,
    )}</span>`,
  ],
});

/** Each scenario, and under it the requests of its flow. */
export function scenarioSection({ scenarios }: LoadTestResult): Markup | undefined {
  const rows = Object.entries(scenarios).flatMap(([name, { flow = {}, ...figures }]) => [
    rowOf(name, figures),
    ...Object.entries(flow).map(([request, of]) => rowOf(request, of, 'part')),
  ]);
  return rows.length === 0 ? undefined : section('scenarios', 'Scenarios', table('Scenarios', columns, rows));
}
