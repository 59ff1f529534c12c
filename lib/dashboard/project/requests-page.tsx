import type { ComponentChildren } from 'preact';
import { useLocation } from 'preact-iso/router';
import type { RequestRecord } from '../../contracts/telemetry.ts';
import { usePages } from '../api/use-pages.ts';
import { Badge } from '../components/badge.tsx';
import { Card } from '../components/card.tsx';
import { Chooser } from '../components/chooser.tsx';
import { type Column, DataTable } from '../components/data-table.tsx';
import { Empty } from '../components/empty.tsx';
import { figureColumn } from '../components/figure-column.tsx';
import { Loaded } from '../components/loaded.tsx';
import { Moment } from '../components/moment.tsx';
import { Pager } from '../components/pager.tsx';
import { useApi } from '../session/session.tsx';
import { ProjectFrame } from './project-frame.tsx';
import { ranges, useRange } from './use-range.ts';

const lists = {
  slow: { operation: 'listSlowRequests', title: 'Slow requests', none: 'No slow request was kept' },
  failed: { operation: 'listErrorRequests', title: 'Failed requests', none: 'No request failed' },
} as const;
type ListName = keyof typeof lists;
const listOptions = [
  { value: 'slow', label: 'Slow' },
  { value: 'failed', label: 'Failed' },
] as const satisfies readonly { value: ListName; label: string }[];

export default function RequestsPage({ project }: { project: string }) {
  const { query, path, route } = useLocation();
  const list: ListName = query.kind === 'failed' ? 'failed' : 'slow';
  const choose = (kind: ListName): void => route(`${path}?${new URLSearchParams({ ...query, kind })}`, true);
  return (
    <ProjectFrame project={project}>
      <RequestList
        project={project}
        list={list}
        chooser={<Chooser label="Requests" options={listOptions} value={list} onValue={choose} />}
      />
    </ProjectFrame>
  );
}

interface RequestListProps {
  project: string;
  list: ListName;
  chooser: ComponentChildren;
}

function RequestList({ project, list, chooser }: RequestListProps) {
  const api = useApi();
  const { range } = useRange();
  const { minutes } = ranges[range];
  const { operation, title, none } = lists[list];
  const requests = usePages(
    (cursor, signal) => api.call(operation, { params: { project }, query: { minutes, limit: 20, cursor }, signal }),
    [project, list, minutes],
  );
  return (
    <Card title={title} actions={chooser}>
      <Loaded of={requests}>
        {(items) =>
          items.length === 0 ? (
            <Empty title={`${none} in this time`} />
          ) : (
            <DataTable
              caption={title}
              columns={columns}
              rows={items.map((request, index) => ({ ...request, index }))}
              rowKey={({ index }) => String(index)}
            />
          )
        }
      </Loaded>
      <Pager of={requests} />
    </Card>
  );
}

/** 0: it was cut off before an answer. */
const statusInWords = (status: number): string => (status === 0 ? 'cut off' : String(status));

const columns: readonly Column<RequestRecord & { index: number }>[] = [
  { header: 'At', sortBy: ({ at }) => at, cell: ({ at }) => <Moment at={at} /> },
  {
    header: 'Request',
    cell: ({ method, url }) => (
      <code>
        {method} {url}
      </code>
    ),
  },
  {
    header: 'Status',
    sortBy: ({ status }) => status,
    cell: ({ status }) => (
      <Badge tone={status === 0 || status >= 500 ? 'bad' : status >= 400 ? 'doubtful' : 'good'}>
        {statusInWords(status)}
      </Badge>
    ),
  },
  figureColumn('Time', 'ms', ({ responseTimeMs }) => responseTimeMs),
  figureColumn('Queries', 'count', ({ queries }) => queries),
  figureColumn('In queries', 'ms', ({ queryTimeMs }) => queryTimeMs),
  figureColumn('CPU', 'ms', ({ cpuMs }) => cpuMs),
];
