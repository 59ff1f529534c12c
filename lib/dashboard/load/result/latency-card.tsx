import type { LatencySummary, LoadTestResult, Timing } from '../../../contracts/load-result.ts';
import type { Plot } from '../../../pages/plot.ts';
import { formats } from '../../../pages/units.ts';
import { Card } from '../../components/card.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Figure } from '../../components/figure.tsx';
import { figureColumn } from '../../components/figure-column.tsx';
import { Plots } from '../../plots/plots.tsx';

export const latencyFields: readonly { name: string; field: keyof LatencySummary }[] = [
  { name: 'min', field: 'minResponseTimeMs' },
  { name: 'mean', field: 'avgResponseTimeMs' },
  { name: 'p50', field: 'p50ResponseTimeMs' },
  { name: 'p75', field: 'p75ResponseTimeMs' },
  { name: 'p90', field: 'p90ResponseTimeMs' },
  { name: 'p95', field: 'p95ResponseTimeMs' },
  { name: 'p99', field: 'p99ResponseTimeMs' },
  { name: 'p99.9', field: 'p999ResponseTimeMs' },
  { name: 'max', field: 'maxResponseTimeMs' },
];

type Latency = (typeof latencyFields)[number];

export function LatencyCard({ result, plots }: { result: LoadTestResult; plots: readonly Plot[] }) {
  const { performanceMetrics, totalRequests, connections } = result;
  if (totalRequests === 0) return null;
  const columns: Column<Latency>[] = [
    { header: '', cell: ({ name }) => name },
    {
      header: 'Response time',
      kind: 'number',
      cell: ({ field }) => <Figure value={performanceMetrics[field]} unit="ms" />,
    },
    {
      header: 'Service time',
      kind: 'number',
      cell: ({ field }) => <Figure value={performanceMetrics.serviceTime[field]} unit="ms" />,
    },
  ];
  return (
    <Card title="Response times">
      <div class="plots two">
        <Plots of={plots} names={['histogram']} />
        <div>
          <DataTable caption="Response times" columns={columns} rows={latencyFields} rowKey={({ name }) => name} />
          <p class="note">
            Response time runs from when a request was meant to be sent, service time from when it was.
          </p>
        </div>
      </div>
      {connections !== undefined && <Connections of={connections} />}
    </Card>
  );
}

type Named = { name: string } & Timing;

const connectionColumns: readonly Column<Named>[] = [
  { header: 'Connections', cell: ({ name }) => name },
  figureColumn('Mean', 'ms', ({ avgMs }) => avgMs),
  figureColumn('p50', 'ms', ({ p50Ms }) => p50Ms),
  figureColumn('p95', 'ms', ({ p95Ms }) => p95Ms),
  figureColumn('Max', 'ms', ({ maxMs }) => maxMs),
];

function Connections({ of }: { of: NonNullable<LoadTestResult['connections']> }) {
  const timings = { Connect: of.connect, 'TLS handshake': of.tls, 'First byte': of.firstByte };
  const rows = Object.entries(timings).flatMap(([name, timing]) => (timing === undefined ? [] : [{ name, ...timing }]));
  return (
    <>
      {rows.length > 0 && (
        <DataTable caption="Connections" columns={connectionColumns} rows={rows} rowKey={({ name }) => name} />
      )}
      <p class="note">
        {formats.count(of.opened)} opened, {formats.count(of.tlsResumed)} of them with a TLS session resumed.
      </p>
    </>
  );
}
