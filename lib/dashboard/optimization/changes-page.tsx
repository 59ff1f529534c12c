import type { AuditEntry } from '../../contracts/optimization-controls.ts';
import { usePages } from '../api/use-pages.ts';
import { Badge, type Tone } from '../components/badge.tsx';
import { Card } from '../components/card.tsx';
import { type Column, DataTable } from '../components/data-table.tsx';
import { Empty } from '../components/empty.tsx';
import { Loaded } from '../components/loaded.tsx';
import { Moment } from '../components/moment.tsx';
import { Page } from '../components/page.tsx';
import { Pager } from '../components/pager.tsx';
import { useApi } from '../session/session.tsx';
import { ChangeView } from './change-list.tsx';
import { OptimizationTabs } from './optimization-tabs.tsx';

const states: Record<AuditEntry['state'], Tone> = { begun: 'plain', made: 'good', refused: 'bad' };

const columns: readonly Column<AuditEntry>[] = [
  { header: 'When', sortBy: ({ at }) => at, cell: ({ at }) => <Moment at={at} /> },
  { header: 'Action', sortBy: ({ action }) => action, cell: ({ action }) => action },
  {
    header: 'Change',
    cell: ({ change, from, to, detail }) => (
      <>
        <ChangeView change={change} from={from} to={to} />
        {detail !== undefined && <small class="note"> {detail}</small>}
      </>
    ),
  },
  { header: 'State', sortBy: ({ state }) => state, cell: ({ state }) => <Badge tone={states[state]}>{state}</Badge> },
  { header: 'By', sortBy: ({ by }) => by.name, cell: ({ by }) => by.name },
  {
    header: 'Run',
    cell: ({ project, runId, sweepId }) => {
      const base = `/dashboard/projects/${project}/optimization`;
      if (runId !== undefined) return <a href={`${base}/runs/${runId}`}>its run</a>;
      if (sweepId !== undefined) return <a href={`${base}/memory-sweeps/${sweepId}`}>its sweep</a>;
      return <span class="note">by hand</span>;
    },
  },
];

/** Who let what be changed, when, from what to what. */
export default function ChangesPage({ project }: { project: string }) {
  const api = useApi();
  const changes = usePages(
    (cursor, signal) => api.call('listOptimizationAudit', { params: { project }, query: { cursor }, signal }),
    [project],
  );
  return (
    <Page title="Changes" lead="All that Headroom changed for this project, and tried to">
      <OptimizationTabs project={project} />
      <Card title="The newest first">
        <Loaded of={changes}>
          {(items) =>
            items.length === 0 ? (
              <Empty title="Nothing was changed yet" />
            ) : (
              <DataTable caption="Changes" columns={columns} rows={items} rowKey={({ auditId }) => auditId} />
            )
          }
        </Loaded>
        <Pager of={changes} />
      </Card>
    </Page>
  );
}
