import type { EndpointFigures } from '../../contracts/telemetry-views.ts';
import type { Column } from '../components/data-table.tsx';
import { figureColumn } from '../components/figure-column.tsx';
import { useApi } from '../session/session.tsx';
import { MostTimePage } from './most-time-page.tsx';

export default function EndpointsPage({ project }: { project: string }) {
  const api = useApi();
  return (
    <MostTimePage
      project={project}
      title="Endpoints"
      none="No request was reported in this time"
      limit={200}
      columns={columns}
      rowKey={({ endpoint }) => endpoint}
      list={(query, signal) => api.call('listEndpoints', { params: { project }, query, signal })}
    />
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
