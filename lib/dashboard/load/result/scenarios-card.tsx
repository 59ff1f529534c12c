import type { LoadTestResult, ScenarioResult } from '../../../contracts/load-result.ts';
import { formats } from '../../../pages/units.ts';
import { Card } from '../../components/card.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { figureColumn } from '../../components/figure-column.tsx';

interface Row {
  key: string;
  name: string;
  /** A request of the flow that stands above it. */
  isPart: boolean;
  figures: Omit<ScenarioResult, 'flow'>;
}

const columns: readonly Column<Row>[] = [
  { header: 'Scenario', cell: ({ name, isPart }) => <code class={isPart ? 'part' : ''}>{name}</code> },
  figureColumn('Requests', 'count', ({ figures }) => figures.requests),
  figureColumn('Throughput', 'perSecond', ({ figures }) => figures.requestsPerSecond),
  figureColumn('Successful', 'percent', ({ figures }) => figures.successRatePercent),
  figureColumn('Mean', 'ms', ({ figures }) => figures.avgResponseTimeMs),
  figureColumn('p50', 'ms', ({ figures }) => figures.p50ResponseTimeMs),
  figureColumn('p95', 'ms', ({ figures }) => figures.p95ResponseTimeMs),
  figureColumn('p99', 'ms', ({ figures }) => figures.p99ResponseTimeMs),
  figureColumn('Max', 'ms', ({ figures }) => figures.maxResponseTimeMs),
  {
    header: 'Statuses',
    cell: ({ figures }) =>
      Object.entries(figures.statuses).map(([status, times]) => (
        <span key={status} class={Number(status) >= 400 ? 'status bad' : 'status'}>
          {status}: {formats.count(times)}
        </span>
      )),
  },
];

/** Each scenario, and under it the requests of its flow. */
export function ScenariosCard({ result: { scenarios } }: { result: LoadTestResult }) {
  const rows = Object.entries(scenarios).flatMap(([name, { flow = {}, ...figures }]): Row[] => [
    { key: name, name, isPart: false, figures },
    ...Object.entries(flow).map(([inner, of]) => ({
      key: `${name}\n${inner}`,
      name: inner,
      isPart: true,
      figures: of,
    })),
  ]);
  if (rows.length === 0) return null;
  return (
    <Card title="Scenarios">
      <DataTable caption="Scenarios" columns={columns} rows={rows} rowKey={({ key }) => key} />
    </Card>
  );
}
