import type { Notification, NotificationStatus } from '../../contracts/notifications.ts';
import { usePages } from '../api/use-pages.ts';
import { Badge, SeverityBadge, type Tone } from '../components/badge.tsx';
import { Card } from '../components/card.tsx';
import { Chooser } from '../components/chooser.tsx';
import { type Column, DataTable } from '../components/data-table.tsx';
import { Empty } from '../components/empty.tsx';
import { Loaded } from '../components/loaded.tsx';
import { Moment } from '../components/moment.tsx';
import { Page } from '../components/page.tsx';
import { Pager } from '../components/pager.tsx';
import { useApi } from '../session/session.tsx';
import { useFilter } from '../shell/use-filter.ts';
import { AlertsTabs, alertsPath } from './alerts-tabs.tsx';
import { RetryNotificationButton } from './retry-notification-button.tsx';

const all = 'all';
const states: readonly (NotificationStatus | typeof all)[] = [all, 'pending', 'delivered', 'dead', 'unheard'];
const options = states.map((value) => ({ value, label: value }));

/** What was told of alerts, and how it came to each channel. */
export default function ToldPage() {
  const api = useApi();
  const [state, chooseState] = useFilter('state', states, all);
  const told = usePages(
    (cursor, signal) =>
      api.call('listNotifications', { query: { cursor, ...(state === all ? {} : { status: state }) }, signal }),
    [state],
  );
  const retry: Column<Notification> = {
    header: 'Again',
    cell: ({ notificationId, status }) =>
      status === 'dead' && <RetryNotificationButton notificationId={notificationId} onDone={told.reload} />,
  };
  return (
    <Page
      title="Notifications"
      lead="What was told of alerts, and how it came to each channel"
      actions={<Chooser label="State" options={options} value={state} onValue={chooseState} />}
    >
      <AlertsTabs project={undefined} />
      <Card title="The newest first">
        <Loaded of={told}>
          {(items) =>
            items.length === 0 && !told.hasMore ? (
              <Empty title="Nothing was told" />
            ) : (
              <DataTable
                caption="Notifications"
                columns={[...columns, retry]}
                rows={items}
                rowKey={({ notificationId }) => notificationId}
              />
            )
          }
        </Loaded>
        <Pager of={told} />
      </Card>
    </Page>
  );
}

const tones: Record<NotificationStatus | 'dropped', Tone> = {
  pending: 'plain',
  delivered: 'good',
  dead: 'bad',
  unheard: 'doubtful',
  dropped: 'plain',
};

const columns: readonly Column<Notification>[] = [
  { header: 'At', sortBy: ({ createdAt }) => createdAt, cell: ({ createdAt }) => <Moment at={createdAt} /> },
  { header: 'Severity', cell: ({ severity }) => <SeverityBadge severity={severity} /> },
  { header: 'Project', cell: ({ project }) => project ?? 'Headroom' },
  {
    header: 'Alerts',
    cell: ({ alerts, project }) => (
      <ul class="plain-list">
        {alerts.map(({ alertId, type, subject, status }) => (
          <li key={alertId}>
            <a href={`${alertsPath(project)}/${alertId}`}>
              {type} {subject}
            </a>{' '}
            <span class="note">{status}</span>
          </li>
        ))}
      </ul>
    ),
  },
  {
    header: 'Channels',
    cell: ({ deliveries, status }) =>
      deliveries.length === 0 ? (
        <Badge tone={tones[status]}>{status}</Badge>
      ) : (
        <ul class="plain-list">
          {deliveries.map(({ channelId, status: state, detail, attempts }) => (
            <li key={channelId}>
              {channelId} <Badge tone={tones[state]}>{state}</Badge>
              {detail !== undefined && (
                <small class="note second-line">
                  {detail} ({attempts} {attempts === 1 ? 'attempt' : 'attempts'})
                </small>
              )}
            </li>
          ))}
        </ul>
      ),
  },
];
