import type { QueryFigures } from '../../contracts/telemetry-views.ts';
import { Badge } from '../components/badge.tsx';
import type { Column } from '../components/data-table.tsx';
import { figureColumn } from '../components/figure-column.tsx';
import { useApi } from '../session/session.tsx';
import { MostTimePage } from './most-time-page.tsx';

export default function QueriesPage({ project }: { project: string }) {
  const api = useApi();
  return (
    <MostTimePage
      project={project}
      title="Queries"
      none="No query was reported in this time"
      limit={100}
      columns={columns}
      rowKey={({ system, fingerprint }) => `${system} ${fingerprint}`}
      list={(query, signal) => api.call('listQueries', { params: { project }, query, signal })}
    />
  );
}

const columns: readonly Column<QueryFigures>[] = [
  {
    header: 'Query',
    cell: ({ system, fingerprint, isRepeated, callers }) => (
      <div class="query">
        <code>{fingerprint}</code>
        <p class="note">
          {system}
          {callers[0]?.endpoint !== undefined && `, sent by ${callers[0].endpoint}`}
          {callers.length > 1 && ` and ${callers.length - 1} more`}
          {isRepeated && (
            <>
              {' '}
              <Badge tone="doubtful" title="An endpoint sends it again and again for one request (N+1)">
                repeated
              </Badge>
            </>
          )}
        </p>
      </div>
    ),
  },
  figureColumn('Share of time', 'percent', (row) => row.timeSharePercent),
  figureColumn('Queries', 'count', (row) => row.queries),
  figureColumn('Mean', 'ms', (row) => row.avgQueryTimeMs),
  figureColumn('p95', 'ms', (row) => row.p95QueryTimeMs),
  figureColumn('Max', 'ms', (row) => row.maxQueryTimeMs),
  figureColumn('Rows', 'count', (row) => row.rows),
  figureColumn('Most per request', 'count', (row) => row.maxPerRequest),
];
