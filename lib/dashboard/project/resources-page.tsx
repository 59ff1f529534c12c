import type { InstanceResources } from '../../contracts/telemetry-views.ts';
import { usePolled } from '../api/use-polled.ts';
import { Card } from '../components/card.tsx';
import { type Column, DataTable } from '../components/data-table.tsx';
import { Empty } from '../components/empty.tsx';
import { figureColumn } from '../components/figure-column.tsx';
import { Loaded } from '../components/loaded.tsx';
import { Ago } from '../components/moment.tsx';
import { useApi } from '../session/session.tsx';
import { Pools } from './pools.tsx';
import { ProjectFrame } from './project-frame.tsx';
import { ranges, useRange } from './use-range.ts';

const everyMs = 30_000;
const limit = 100;

export default function ResourcesPage({ project }: { project: string }) {
  const api = useApi();
  const { range } = useRange();
  const { minutes } = ranges[range];
  const resources = usePolled(
    (signal) => api.call('listResources', { params: { project }, query: { minutes, limit }, signal }),
    [project, minutes],
    { everyMs },
  );
  return (
    <ProjectFrame project={project}>
      <div class="cards">
        <Card title="Instances">
          <Loaded of={resources}>
            {({ items }) =>
              items.length === 0 ? (
                <Empty title="No instance reported in this time" />
              ) : (
                <DataTable
                  caption="Instances"
                  columns={columns}
                  rows={items}
                  rowKey={({ instance }) => instance}
                  sorted={{ by: 'CPU, mean', descending: true }}
                />
              )
            }
          </Loaded>
        </Card>
        <Pools project={project} minutes={minutes} />
      </div>
    </ProjectFrame>
  );
}

const columns: readonly Column<InstanceResources>[] = [
  { header: 'Instance', sortBy: ({ instance }) => instance, cell: ({ instance }) => <code>{instance}</code> },
  {
    header: 'Last report',
    sortBy: ({ lastReportAt }) => lastReportAt,
    cell: ({ lastReportAt }) => <Ago at={lastReportAt} />,
  },
  figureColumn('CPU, mean', 'percent', (row) => row.avgCpuPercent),
  figureColumn('CPU, most', 'percent', (row) => row.maxCpuPercent),
  figureColumn('Memory, mean', 'percent', (row) => row.avgMemoryPercent),
  figureColumn('Memory, most', 'percent', (row) => row.maxMemoryPercent),
  figureColumn('Resident now', 'mb', ({ current }) => current.rssMb),
  figureColumn('Heap now', 'mb', ({ current }) => current.heapUsedMb),
  figureColumn('Event loop, most', 'percent', (row) => row.maxEventLoopUtilizationPercent),
  figureColumn('Delay p99, most', 'ms', (row) => row.maxEventLoopDelayP99Ms),
  figureColumn('GC pauses', 'ms', (row) => row.gcPauseMs),
];
