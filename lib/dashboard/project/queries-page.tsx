import type { QueryFigures } from '../../contracts/telemetry-views.ts';
import { usePolled } from '../api/use-polled.ts';
import { Badge } from '../components/badge.tsx';
import { Card } from '../components/card.tsx';
import { type Column, DataTable } from '../components/data-table.tsx';
import { Empty } from '../components/empty.tsx';
import { figureColumn } from '../components/figure-column.tsx';
import { Loaded } from '../components/loaded.tsx';
import { useApi } from '../session/session.tsx';
import { ProjectFrame } from './project-frame.tsx';
import { ranges, useRange } from './use-range.ts';

const everyMs = 30_000;
const limit = 100;

export default function QueriesPage({ project }: { project: string }) {
  const api = useApi();
  const { range } = useRange();
  const { minutes } = ranges[range];
  const queries = usePolled(
    (signal) => api.call('listQueries', { params: { project }, query: { minutes, limit }, signal }),
    [project, minutes],
    { everyMs },
  );
  return (
    <ProjectFrame project={project}>
      <Card title="Queries">
        <Loaded of={queries}>
          {({ items, nextCursor }) =>
            items.length === 0 ? (
              <Empty title="No query was reported in this time" />
            ) : (
              <>
                <DataTable
                  caption="Queries"
                  columns={columns}
                  rows={items}
                  rowKey={({ system, fingerprint }) => `${system} ${fingerprint}`}
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
