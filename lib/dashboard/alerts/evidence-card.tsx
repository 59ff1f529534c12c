import type { Evidence } from '../../contracts/analysis.ts';
import { decimal } from '../../contracts/figures.ts';
import { Card } from '../components/card.tsx';
import { type Column, DataTable } from '../components/data-table.tsx';
import { Moment } from '../components/moment.tsx';

/** What was measured, and says so. */
export const EvidenceCard = ({ evidence }: { evidence: readonly Evidence[] }) =>
  evidence.length === 0 ? null : (
    <Card title="Evidence">
      <DataTable
        caption="Evidence"
        columns={columns}
        rows={evidence}
        rowKey={({ metric, subject, from }) => `${metric} ${subject} ${from}`}
      />
    </Card>
  );

const columns: readonly Column<Evidence>[] = [
  { header: 'Metric', cell: ({ metric }) => <code>{metric}</code> },
  { header: 'Measured on', cell: ({ subject }) => subject },
  {
    header: 'Values',
    cell: ({ values }) => (
      <ul class="values">
        {Object.entries(values).map(([name, value]) => (
          <li key={name}>
            <code>{name}</code> <b>{decimal(value)}</b>
          </li>
        ))}
      </ul>
    ),
  },
  {
    header: 'Time',
    cell: ({ from, to }) => (
      <>
        <Moment at={from} /> to <Moment at={to} />
      </>
    ),
  },
];
