import type { ErrorSummary, LoadTestResult } from '../../../contracts/load-result.ts';
import { formats } from '../../../pages/units.ts';
import { Card } from '../../components/card.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { figureColumn } from '../../components/figure-column.tsx';

const columns: readonly Column<ErrorSummary>[] = [
  { header: 'Kind', sortBy: ({ kind }) => kind, cell: ({ kind }) => <code>{kind}</code> },
  figureColumn('Times', 'count', ({ count }) => count),
  { header: 'For example', cell: ({ example }) => example },
];

export function ErrorsCard({ result: { errors, connectionFailures, totalRequests } }: { result: LoadTestResult }) {
  if (errors.length === 0 && connectionFailures === 0 && totalRequests === 0) return null;
  return (
    <Card title="Errors">
      {errors.length === 0 ? (
        connectionFailures === 0 && <p>None.</p>
      ) : (
        <DataTable caption="Errors" columns={columns} rows={errors} rowKey={({ kind }) => kind} />
      )}
      {connectionFailures > 0 && (
        <p class="note">
          In {formats.count(connectionFailures)} attempts no request could be written: no connection came about.
        </p>
      )}
    </Card>
  );
}
