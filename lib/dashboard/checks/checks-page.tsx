import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import type { CheckSummary } from '../../contracts/checks.ts';
import { formats, unmeasured } from '../../pages/units.ts';
import { usePages } from '../api/use-pages.ts';
import { useReloads } from '../api/use-reloads.ts';
import { Badge } from '../components/badge.tsx';
import { Button } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { type Column, DataTable } from '../components/data-table.tsx';
import { Empty } from '../components/empty.tsx';
import { Loaded } from '../components/loaded.tsx';
import { Moment } from '../components/moment.tsx';
import { Page } from '../components/page.tsx';
import { Pager } from '../components/pager.tsx';
import { useAllowed, useApi } from '../session/session.tsx';
import { isUnderWay, kindInWords, statusTones, tookSeconds } from './check-words.ts';
import { ChecksTabs } from './checks-tabs.tsx';
import { RunDialog } from './run-dialog.tsx';

const everyMs = 5_000;
const pageItems = 50;

export default function ChecksPage({ project }: { project: string }) {
  const api = useApi();
  const { route } = useLocation();
  const runs = usePages(
    (cursor, signal) => api.call('listChecks', { params: { project }, query: { limit: pageItems, cursor }, signal }),
    [project],
  );
  useReloads(runs, { everyMs, pageItems, isWanted: runs.data?.some(isUnderWay) ?? false });
  const [isStarting, setIsStarting] = useState(false);
  const { reason } = useAllowed('startCheck');
  const path = `/dashboard/projects/${project}/checks`;
  const run: Column<CheckSummary> = {
    header: 'Run',
    sortBy: kindInWords,
    cell: (summary) => (
      <>
        <a href={`${path}/${summary.checkId}`}>{kindInWords(summary)}</a>
        <small class="note second-line">
          <code>{summary.checkId}</code>
        </small>
      </>
    ),
  };
  return (
    <Page
      title="Checks"
      lead="What was measured, and whether the limits held"
      actions={
        <Button tone="primary" disabledBecause={reason} onClick={() => setIsStarting(true)}>
          Run one now
        </Button>
      }
    >
      <ChecksTabs project={project} />
      <Card title="Runs, the newest first">
        <Loaded of={runs}>
          {(items) =>
            items.length === 0 ? (
              <Empty title="None has run yet">Run one now, or let the schedule run them.</Empty>
            ) : (
              <DataTable caption="Runs" columns={[run, ...columns]} rows={items} rowKey={({ checkId }) => checkId} />
            )
          }
        </Loaded>
        <Pager of={runs} />
      </Card>
      <RunDialog
        project={project}
        isOpen={isStarting}
        onClose={() => setIsStarting(false)}
        onStarted={(checkId) => route(`${path}/${checkId}`)}
      />
    </Page>
  );
}

const columns: readonly Column<CheckSummary>[] = [
  {
    header: 'Result',
    sortBy: ({ status }) => status,
    cell: (run) => (
      <>
        <Badge tone={statusTones[run.status]}>{run.status}</Badge>{' '}
        {isUnderWay(run) && <span class="note">{formats.percent(run.progressPercent)}</span>}
      </>
    ),
  },
  { header: 'Begun', sortBy: ({ createdAt }) => createdAt, cell: ({ createdAt }) => <Moment at={createdAt} /> },
  {
    header: 'Took',
    kind: 'number',
    sortBy: ({ createdAt, endedAt }) => tookSeconds(createdAt, endedAt),
    cell: ({ createdAt, endedAt }) => {
      const seconds = tookSeconds(createdAt, endedAt);
      return seconds === undefined ? <span class="none">{unmeasured}</span> : formats.duration(seconds);
    },
  },
  {
    header: 'By',
    cell: ({ scheduledBy }) =>
      scheduledBy === undefined ? <span class="note">somebody</span> : `schedule ${scheduledBy.scheduleId}`,
  },
];
