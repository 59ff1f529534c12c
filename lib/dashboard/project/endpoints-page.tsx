import type { EndpointFigures } from '../../contracts/telemetry-views.ts';
import { usePolled } from '../api/use-polled.ts';
import { Card } from '../components/card.tsx';
import { type Column, DataTable } from '../components/data-table.tsx';
import { Empty } from '../components/empty.tsx';
import { figureColumn } from '../components/figure-column.tsx';
import { Loaded } from '../components/loaded.tsx';
import { useApi } from '../session/session.tsx';
import { ProjectFrame } from './project-frame.tsx';
import { ranges, useRange } from './use-range.ts';

const everyMs = 30_000;
const limit = 200;

export default function EndpointsPage({ project }: { project: string }) {
  const api = useApi();
  const { range } = useRange();
  const { minutes } = ranges[range];
  const endpoints = usePolled(
    (signal) => api.call('listEndpoints', { params: { project }, query: { minutes, limit }, signal }),
    [project, minutes],
    { everyMs },
  );
  return (
    <ProjectFrame project={project}>
      <Card title="Endpoints">
        <Loaded of={endpoints}>
          {({ items, nextCursor }) =>
            items.length === 0 ? (
              <Empty title="No request was reported in this time" />
            ) : (
              <>
                <DataTable
                  caption="Endpoints"
                  columns={columns}
                  rows={items}
                  rowKey={({ endpoint }) => endpoint}
                  sorted={{ by: 'Share of time', descending: true }}
                />
                {nextCursor !== undefined && <p class="note">These are the {limit} that took the most time.</p>}
              </>
            )
          }
        </Loaded>
      </Card>
    </ProjectFrame>
  );
}

const columns: readonly Column<EndpointFigures>[] = [
  { header: 'Endpoint', sortBy: ({ route }) => route, cell: ({ endpoint }) => <code>{endpoint}</code> },
  figureColumn('Share of time', 'percent', (row) => row.timeSharePercent),
  figureColumn('Requests', 'count', (row) => row.requests),
  figureColumn('Per second', 'perSecond', (row) => row.requestsPerSecond),
  figureColumn('Mean', 'ms', (row) => row.avgResponseTimeMs),
  figureColumn('p50', 'ms', (row) => row.p50ResponseTimeMs),
  figureColumn('p95', 'ms', (row) => row.p95ResponseTimeMs),
  figureColumn('p99', 'ms', (row) => row.p99ResponseTimeMs),
  figureColumn('Errors', 'percent', (row) => row.errorRatePercent),
  figureColumn('Queries each', 'bare', (row) => row.queriesPerRequest),
];
