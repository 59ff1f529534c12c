import { formats, type Unit, unmeasured } from '../../pages/units.ts';
import { Badge, ScoreBadge, type Tone } from '../components/badge.tsx';
import { type Column, DataTable } from '../components/data-table.tsx';
import { figureColumn } from '../components/figure-column.tsx';
import { Ago } from '../components/moment.tsx';
import { Sparkline } from '../components/sparkline.tsx';
import type { ProjectOverview } from './projects-overview.ts';

type KeyMetric = keyof NonNullable<ProjectOverview['summary']>['keyMetrics'];

const keyFigure = (header: string, metric: KeyMetric, unit: Unit): Column<ProjectOverview> =>
  figureColumn(header, unit, ({ summary }) => summary?.keyMetrics[metric]);

const checkTones: Record<NonNullable<ProjectOverview['lastCheck']>['status'], Tone> = {
  queued: 'plain',
  running: 'plain',
  passed: 'good',
  breached: 'bad',
  failed: 'bad',
  skipped: 'plain',
};

const columns: readonly Column<ProjectOverview>[] = [
  {
    header: 'Project',
    sortBy: ({ project }) => project.project,
    cell: ({ project: { project, baseUrl } }) => (
      <>
        <a class="project" href={`/dashboard/projects/${project}`}>
          {project}
        </a>
        <small class="note">{baseUrl}</small>
      </>
    ),
  },
  {
    header: 'Score',
    sortBy: ({ summary }) => summary?.healthScore,
    cell: ({ summary }) => <ScoreBadge score={summary?.healthScore} />,
  },
  keyFigure('Throughput', 'requestsPerSecond', 'perSecond'),
  keyFigure('p95', 'p95ResponseTimeMs', 'ms'),
  {
    header: 'p95, last hour',
    cell: ({ project, p95 = [] }) => (
      <Sparkline
        values={p95.map(({ value }) => value)}
        label={`p95 of ${project.project} over the last hour, by the minute, at most ${formats.ms(Math.max(0, ...p95.map(({ value }) => value)))}`}
      />
    ),
  },
  keyFigure('Errors', 'errorRatePercent', 'percent'),
  keyFigure('Cache hits', 'cacheHitRatePercent', 'percent'),
  {
    header: 'Open alerts',
    kind: 'number',
    sortBy: ({ summary }) => summary?.activeAlerts,
    cell: ({ summary }) => {
      const open = summary?.activeAlerts;
      return open === undefined ? <span class="none">{unmeasured}</span> : <b class={open > 0 ? 'bad' : ''}>{open}</b>;
    },
  },
  {
    header: 'Last check',
    sortBy: ({ lastCheck }) => lastCheck?.createdAt,
    cell: ({ lastCheck }) =>
      lastCheck === undefined ? (
        <span class="none">never</span>
      ) : (
        <>
          <Badge tone={checkTones[lastCheck.status]}>{lastCheck.status}</Badge>{' '}
          <small class="note">
            <Ago at={lastCheck.createdAt} />
          </small>
        </>
      ),
  },
];

export const ProjectsTable = ({ rows }: { rows: readonly ProjectOverview[] }) => (
  <DataTable
    caption="Projects"
    columns={columns}
    rows={rows}
    rowKey={({ project }) => project.project}
    sorted={{ by: 'Project', descending: false }}
  />
);
