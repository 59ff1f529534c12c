import type { OptimizationRun } from '../../../contracts/optimization-runs.ts';
import { usePages } from '../../api/use-pages.ts';
import { Card } from '../../components/card.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Empty } from '../../components/empty.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Moment } from '../../components/moment.tsx';
import { Pager } from '../../components/pager.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { useApi } from '../../session/session.tsx';
import { isAtWork, RunBadge } from '../run-state.tsx';

type Summary = Pick<
  OptimizationRun,
  | 'project'
  | 'runId'
  | 'status'
  | 'createdAt'
  | 'dryRun'
  | 'progressPercent'
  | 'detail'
  | 'reason'
  | 'requestedBy'
  | 'approvedBy'
  | 'endedAt'
>;

const columns: readonly Column<Summary>[] = [
  {
    header: 'Run',
    sortBy: ({ createdAt }) => createdAt,
    cell: ({ project, runId, createdAt, dryRun }) => (
      <>
        <a href={`/dashboard/projects/${project}/optimization/runs/${runId}`}>
          <Moment at={createdAt} />
        </a>
        {dryRun && <small class="note"> only a plan</small>}
      </>
    ),
  },
  {
    header: 'Status',
    sortBy: ({ status }) => status,
    cell: (run) => (
      <>
        <RunBadge status={run.status} />
        <small class="note">
          {' '}
          {isAtWork(run)
            ? `${Math.floor(run.progressPercent)} %${run.detail === undefined ? '' : `, ${run.detail}`}`
            : run.reason}
        </small>
      </>
    ),
  },
  {
    header: 'Asked for by',
    sortBy: ({ requestedBy }) => requestedBy.name,
    cell: ({ requestedBy }) => requestedBy.name,
  },
  { header: 'Approved by', cell: ({ approvedBy }) => approvedBy?.name },
  { header: 'Ended', cell: ({ endedAt }) => endedAt && <Moment at={endedAt} /> },
];

export function RunsCard({ project }: { project: string }) {
  const api = useApi();
  const runs = usePages(
    (cursor, signal) => api.call('listOptimizationRuns', { params: { project }, query: { cursor, limit: 10 }, signal }),
    [project],
  );
  return (
    <Card title="Runs">
      <Loaded of={runs} skeleton={<Skeleton heightPx={116} />}>
        {(items) =>
          items.length === 0 ? (
            <Empty title="There was no run yet">
              <p>A run applies what would help one by one, measures each, keeps what helps and puts back the rest.</p>
            </Empty>
          ) : (
            <DataTable caption="Runs" columns={columns} rows={items} rowKey={({ runId }) => runId} />
          )
        }
      </Loaded>
      <Pager of={runs} />
    </Card>
  );
}
