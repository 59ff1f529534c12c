import { usePolled } from '../api/use-polled.ts';
import { Card } from '../components/card.tsx';
import { type Column, DataTable } from '../components/data-table.tsx';
import { Empty } from '../components/empty.tsx';
import { Loaded } from '../components/loaded.tsx';
import { ProjectFrame } from './project-frame.tsx';
import { ranges, useRange } from './use-range.ts';

const everyMs = 30_000;

interface MostTimePageProps<Row> {
  project: string;
  title: string;
  /** Where there is nothing to show. */
  none: string;
  /** Rows at most. */
  limit: number;
  columns: readonly Column<Row>[];
  rowKey: (row: Row) => string;
  list: (
    query: { minutes: number; limit: number },
    signal: AbortSignal,
  ) => Promise<{ items: Row[]; nextCursor?: string | undefined }>;
}

/** What took the most of a project's time in the range that the reader chooses. */
export function MostTimePage<Row>({ project, title, none, limit, columns, rowKey, list }: MostTimePageProps<Row>) {
  const { range } = useRange();
  const { minutes } = ranges[range];
  const rows = usePolled((signal) => list({ minutes, limit }, signal), [project, minutes], { everyMs });
  return (
    <ProjectFrame project={project}>
      <Card title={title}>
        <Loaded of={rows}>
          {({ items, nextCursor }) =>
            items.length === 0 ? (
              <Empty title={none} />
            ) : (
              <>
                <DataTable
                  caption={title}
                  columns={columns}
                  rows={items}
                  rowKey={rowKey}
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
