import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import type { MemorySweepSummary } from '../../../contracts/memory-sweeps.ts';
import { usePages } from '../../api/use-pages.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Empty } from '../../components/empty.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Moment } from '../../components/moment.tsx';
import { Page } from '../../components/page.tsx';
import { Pager } from '../../components/pager.tsx';
import { useAllowed, useApi } from '../../session/session.tsx';
import { OptimizationTabs } from '../optimization-tabs.tsx';
import { SweepDialog } from './sweep-dialog.tsx';
import { SweepBadge } from './sweep-state.tsx';

const columns: readonly Column<MemorySweepSummary>[] = [
  {
    header: 'Function',
    sortBy: (sweep) => sweep.function,
    cell: (sweep) => (
      <a href={`/dashboard/projects/${sweep.project}/optimization/memory-sweeps/${sweep.sweepId}`}>
        <b>{sweep.function}</b>
      </a>
    ),
  },
  {
    header: 'Status',
    sortBy: ({ status }) => status,
    cell: ({ status, progressPercent, problems }) => (
      <>
        <SweepBadge status={status} />
        <small class="note"> {status === 'running' ? `${Math.floor(progressPercent)} %` : problems[0]}</small>
      </>
    ),
  },
  { header: 'Sizes (MB)', cell: ({ sizesMb }) => sizesMb.join(', ') },
  { header: 'Asked for by', cell: ({ requestedBy }) => requestedBy.name },
  { header: 'Started', sortBy: ({ createdAt }) => createdAt, cell: ({ createdAt }) => <Moment at={createdAt} /> },
];

/** What functions take and cost by their memory, measured. */
export default function SweepsPage({ project }: { project: string }) {
  const api = useApi();
  const { route } = useLocation();
  const sweeps = usePages(
    (cursor, signal) => api.call('listMemorySweeps', { params: { project }, query: { cursor }, signal }),
    [project],
  );
  const [isStarting, setIsStarting] = useState(false);
  const { reason } = useAllowed('startMemorySweep');
  return (
    <Page
      title="Memory sweeps"
      lead="What a Lambda function takes and costs in several sizes of memory, measured"
      actions={
        <Button icon="add" tone="primary" disabledBecause={reason} onClick={() => setIsStarting(true)}>
          Start a sweep
        </Button>
      }
    >
      <OptimizationTabs project={project} />
      <Card title="All sweeps">
        <Loaded of={sweeps}>
          {(items) =>
            items.length === 0 ? (
              <Empty title="There is no sweep yet">
                <p>It invokes versions of the function that are published for it, and leaves the function as it is.</p>
              </Empty>
            ) : (
              <DataTable caption="Memory sweeps" columns={columns} rows={items} rowKey={({ sweepId }) => sweepId} />
            )
          }
        </Loaded>
        <Pager of={sweeps} />
      </Card>
      <SweepDialog
        project={project}
        isOpen={isStarting}
        onClose={() => setIsStarting(false)}
        onStarted={(sweepId) => route(`/dashboard/projects/${project}/optimization/memory-sweeps/${sweepId}`)}
      />
    </Page>
  );
}
