import { useLocation } from 'preact-iso/router';
import type { Comparison } from '../../contracts/comparisons.ts';
import { usePages } from '../api/use-pages.ts';
import { Button } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { type Column, DataTable } from '../components/data-table.tsx';
import { Empty } from '../components/empty.tsx';
import { Loaded } from '../components/loaded.tsx';
import { Moment } from '../components/moment.tsx';
import { Page } from '../components/page.tsx';
import { Pager } from '../components/pager.tsx';
import { isUnderWay, StatusBadge } from '../load/test-state.tsx';
import { useAllowed, useApi } from '../session/session.tsx';

type Summary = Omit<Comparison, 'request' | 'result'>;

const columns: readonly Column<Summary>[] = [
  {
    header: 'Configurations',
    cell: ({ comparisonId, configurations }) => (
      <a href={`/dashboard/comparisons/${comparisonId}`}>
        <b>{configurations.map(({ name }) => name).join(', ')}</b>
      </a>
    ),
  },
  {
    header: 'Status',
    sortBy: ({ status }) => status,
    cell: ({ status, progressPercent, reason }) => (
      <>
        <StatusBadge status={status} />
        <small class="note"> {isUnderWay({ status }) ? `${Math.floor(progressPercent)} %` : reason}</small>
      </>
    ),
  },
  {
    header: 'Projects',
    cell: ({ configurations }) => [...new Set(configurations.map(({ project }) => project))].join(', '),
  },
  { header: 'Started', sortBy: ({ createdAt }) => createdAt, cell: ({ createdAt }) => <Moment at={createdAt} /> },
];

/** Configurations under the same load, in slices that alternate. */
export default function ComparisonsPage() {
  const api = useApi();
  const comparisons = usePages((cursor, signal) => api.call('listComparisons', { query: { cursor }, signal }), []);
  const { route } = useLocation();
  const { reason } = useAllowed('startComparison');
  const start = (
    <Button icon="add" tone="primary" disabledBecause={reason} onClick={() => route('/dashboard/comparisons/new')}>
      Start a comparison
    </Button>
  );
  return (
    <Page title="Comparisons" lead="Configurations under the same load, in slices that alternate" actions={start}>
      <Card title="All comparisons">
        <Loaded of={comparisons}>
          {(items) =>
            items.length === 0 ? (
              <Empty title="There is no comparison yet">
                <p>
                  It sends the same load to each in turns, and says which is faster, with the interval of the
                  difference.
                </p>
              </Empty>
            ) : (
              <DataTable
                caption="Comparisons"
                columns={columns}
                rows={items}
                rowKey={({ comparisonId }) => comparisonId}
              />
            )
          }
        </Loaded>
        <Pager of={comparisons} />
      </Card>
    </Page>
  );
}
