import type { RunConflict } from '../../../contracts/optimization-runs.ts';
import { changePlace } from '../../../pages/change-words.ts';
import { Card } from '../../components/card.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';

const columns: readonly Column<RunConflict>[] = [
  { header: 'Where', cell: ({ change }) => changePlace(change) },
  { header: 'What Headroom had put there', cell: ({ expected }) => <code>{JSON.stringify(expected)}</code> },
  {
    header: 'What is there',
    cell: ({ found }) => (found === undefined ? 'it could not be read' : <code>{JSON.stringify(found)}</code>),
  },
  { header: 'Detail', cell: ({ detail }) => detail },
];

/** What was to be put back, and was not: somebody else has changed it since. */
export const ConflictsCard = ({ conflicts }: { conflicts: readonly RunConflict[] }) =>
  conflicts.length === 0 ? null : (
    <Card title="What could not be put back">
      <DataTable
        caption="Conflicts"
        columns={columns}
        rows={conflicts}
        rowKey={({ id, change }) => `${id} ${changePlace(change)}`}
      />
    </Card>
  );
