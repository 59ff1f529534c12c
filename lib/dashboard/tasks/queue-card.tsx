import type { TasksStatus } from '../../contracts/tasks.ts';
import { formats, unmeasured } from '../../pages/units.ts';
import { usePolled } from '../api/use-polled.ts';
import { Card } from '../components/card.tsx';
import { type Column, DataTable } from '../components/data-table.tsx';
import { Loaded } from '../components/loaded.tsx';
import { Skeleton } from '../components/skeleton.tsx';
import { Stats } from '../components/stats.tsx';
import { useApi } from '../session/session.tsx';

const everyMs = 5_000;

/** How much there is to do, and how it goes. */
export function QueueCard() {
  const api = useApi();
  const status = usePolled((signal) => api.call('getTasksStatus', { signal }), [], { everyMs });
  return (
    <Loaded of={status} skeleton={<Skeleton heightPx={330} />}>
      {(known) => (
        <>
          <Totals status={known} />
          <Card title="By priority">
            <DataTable
              caption="Queues by priority"
              columns={columns}
              rows={known.priorities}
              rowKey={({ priority }) => priority}
            />
          </Card>
        </>
      )}
    </Loaded>
  );
}

function Totals({ status: { priorities, ended, successRatePercent } }: { status: TasksStatus }) {
  const sum = (of: (row: TasksStatus['priorities'][number]) => number): string =>
    formats.count(priorities.reduce((total, row) => total + of(row), 0));
  const oldest = Math.max(...priorities.map(({ oldestAgeSeconds = -1 }) => oldestAgeSeconds));
  return (
    <Stats
      of={[
        { label: 'Waiting', value: sum(({ depth }) => depth) },
        { label: 'Running', value: sum(({ running }) => running), note: `of ${sum(({ workers }) => workers)} workers` },
        { label: 'For later', value: sum(({ scheduled }) => scheduled) },
        { label: 'Waits longest', value: oldest < 0 ? undefined : formats.duration(oldest) },
        {
          label: 'Success rate',
          value: successRatePercent === undefined ? undefined : formats.percent(successRatePercent),
          note: `${formats.count(ended.completed)} completed, ${formats.count(ended.failed)} failed of late`,
        },
      ]}
    />
  );
}

const columns: readonly Column<TasksStatus['priorities'][number]>[] = [
  { header: 'Priority', cell: ({ priority }) => <b>{priority}</b> },
  { header: 'Waiting', kind: 'number', cell: ({ depth }) => formats.count(depth) },
  {
    header: 'Waits longest',
    kind: 'number',
    cell: ({ oldestAgeSeconds: age }) => (age === undefined ? unmeasured : formats.duration(age)),
  },
  { header: 'Running', kind: 'number', cell: ({ running }) => formats.count(running) },
  { header: 'Workers', kind: 'number', cell: ({ workers }) => formats.count(workers) },
  { header: 'For later', kind: 'number', cell: ({ scheduled }) => formats.count(scheduled) },
];
