import type { Task } from '../../contracts/tasks.ts';
import { formats, unmeasured } from '../../pages/units.ts';
import { Badge } from '../components/badge.tsx';
import { type Column, DataTable } from '../components/data-table.tsx';
import { Moment } from '../components/moment.tsx';
import { taskTones } from './task-words.ts';

export const TasksTable = ({ tasks }: { tasks: readonly Task[] }) => (
  <DataTable caption="Tasks" columns={columns} rows={tasks} rowKey={({ taskId }) => taskId} />
);

const columns: readonly Column<Task>[] = [
  {
    header: 'Task',
    sortBy: ({ type }) => type,
    cell: ({ taskId, type }) => (
      <>
        <a href={`/dashboard/tasks/${taskId}`}>{type}</a>
        <small class="note second-line">
          <code>{taskId}</code>
        </small>
      </>
    ),
  },
  { header: 'Project', sortBy: ({ project }) => project, cell: ({ project }) => project },
  {
    header: 'Status',
    sortBy: ({ status }) => status,
    cell: ({ status, progressPercent }) => (
      <>
        <Badge tone={taskTones[status]}>{status}</Badge>{' '}
        {status === 'running' && progressPercent !== undefined && (
          <span class="note">{formats.percent(progressPercent)}</span>
        )}
      </>
    ),
  },
  { header: 'Priority', sortBy: ({ priority }) => priority, cell: ({ priority }) => priority },
  {
    header: 'Attempts',
    kind: 'number',
    sortBy: ({ attempts }) => attempts,
    cell: ({ attempts, maxAttempts }) => `${attempts} of ${maxAttempts}`,
  },
  { header: 'Given', sortBy: ({ createdAt }) => createdAt, cell: ({ createdAt }) => <Moment at={createdAt} /> },
  {
    header: 'Ended',
    sortBy: ({ endedAt }) => endedAt,
    cell: ({ endedAt }) => (endedAt === undefined ? <span class="none">{unmeasured}</span> : <Moment at={endedAt} />),
  },
];
