import type { Alert } from '../../contracts/alerts.ts';
import { unmeasured } from '../../pages/units.ts';
import { Badge, SeverityBadge } from '../components/badge.tsx';
import { type Column, DataTable } from '../components/data-table.tsx';
import { Ago, Moment } from '../components/moment.tsx';
import { Sparkline } from '../components/sparkline.tsx';
import { severities } from './alert-kinds.evaluated.ts';
import { amount, ownerOf, stateOf } from './alert-words.ts';
import { alertsPath } from './alerts-tabs.tsx';

interface AlertsTableProps {
  caption: string;
  alerts: readonly Alert[];
  /** Undefined: they are of several. */
  project: string | undefined;
}

export const AlertsTable = ({ caption, alerts, project }: AlertsTableProps) => (
  <DataTable
    caption={caption}
    columns={columnsOf(project)}
    rows={alerts}
    rowKey={({ alertId }) => alertId}
    sorted={{ by: 'Severity', descending: false }}
  />
);

const columnsOf = (project: string | undefined): readonly Column<Alert>[] => [
  {
    header: 'Severity',
    sortBy: ({ severity }) => severities.indexOf(severity),
    cell: ({ severity }) => <SeverityBadge severity={severity} />,
  },
  {
    header: 'Alert',
    sortBy: ({ type, subject }) => `${type} ${subject}`,
    cell: ({ alertId, type, subject, reason, project: owner }) => (
      <div class="alert-name">
        <a href={`${alertsPath(project === undefined ? undefined : owner)}/${alertId}`}>
          {type} <span class="note">{subject}</span>
        </a>
        <small class="note">{reason}</small>
      </div>
    ),
  },
  ...(project === undefined ? [{ header: 'Project', sortBy: ownerOf, cell: ownerOf } satisfies Column<Alert>] : []),
  {
    header: 'State',
    sortBy: (alert) => stateOf(alert).words,
    cell: (alert) => {
      const { words, tone, title } = stateOf(alert);
      return (
        <Badge tone={tone} title={title}>
          {words}
        </Badge>
      );
    },
  },
  {
    header: 'Value',
    kind: 'number',
    cell: ({ value, threshold, unit }) =>
      value === undefined ? (
        <span class="none">{unmeasured}</span>
      ) : (
        <>
          <b>{amount(value, unit)}</b>
          {threshold !== undefined && <small class="note second-line">limit {amount(threshold, unit)}</small>}
        </>
      ),
  },
  {
    header: 'Course',
    cell: ({ window, type, subject }) => (
      <Sparkline
        values={window?.values ?? []}
        label={`${window?.metric ?? subject} of ${type}, ${window?.values.length ?? 0} values up to now`}
      />
    ),
  },
  {
    header: 'Since',
    sortBy: ({ openedAt }) => openedAt,
    cell: ({ openedAt, resolvedAt }) =>
      resolvedAt === undefined ? (
        <Ago at={openedAt} />
      ) : (
        <>
          <Moment at={openedAt} />
          <small class="note second-line">
            to <Moment at={resolvedAt} />
          </small>
        </>
      ),
  },
];
