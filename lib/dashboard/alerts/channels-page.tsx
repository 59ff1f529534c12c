import { useState } from 'preact/hooks';
import type { Channel, ChannelTest } from '../../contracts/channels.ts';
import { usePages } from '../api/use-pages.ts';
import { Badge } from '../components/badge.tsx';
import { Button } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { ConfirmDialog } from '../components/confirm-dialog.tsx';
import { type Column, DataTable } from '../components/data-table.tsx';
import { Empty } from '../components/empty.tsx';
import { Loaded } from '../components/loaded.tsx';
import { Ago } from '../components/moment.tsx';
import { Page } from '../components/page.tsx';
import { Pager } from '../components/pager.tsx';
import { useToast } from '../components/toast.tsx';
import { useAllowed, useApi } from '../session/session.tsx';
import { AlertsTabs } from './alerts-tabs.tsx';
import { ChannelDialog } from './channel-dialog.tsx';
import { TestChannelButton } from './test-channel-button.tsx';

export default function ChannelsPage() {
  const api = useApi();
  const tell = useToast();
  const channels = usePages((cursor, signal) => api.call('listChannels', { query: { cursor }, signal }), []);
  const [isCreating, setIsCreating] = useState(false);
  const [doomed, setDoomed] = useState<Channel>();
  const [tested, setTested] = useState<{ channelId: string; test: ChannelTest }>();
  const { reason } = useAllowed('putChannel');
  const actions: Column<Channel> = {
    header: 'Try or remove',
    cell: ({ channelId, ...rest }) => (
      <div class="actions">
        <TestChannelButton channelId={channelId} onTested={(test) => setTested({ channelId, test })} />
        <Button tone="quiet" disabledBecause={reason} onClick={() => setDoomed({ channelId, ...rest })}>
          Remove
        </Button>
      </div>
    ),
  };
  return (
    <Page
      title="Channels"
      lead="Through which people, and other programs, are told of alerts"
      actions={
        <Button icon="add" tone="primary" disabledBecause={reason} onClick={() => setIsCreating(true)}>
          Make a channel
        </Button>
      }
    >
      <AlertsTabs project={undefined} />
      <Card title="All channels">
        {tested !== undefined && <Outcome {...tested} />}
        <Loaded of={channels}>
          {(items) =>
            items.length === 0 ? (
              <Empty title="There is no channel">Nobody is told of alerts.</Empty>
            ) : (
              <DataTable
                caption="Channels"
                columns={[...columns, actions]}
                rows={items}
                rowKey={({ channelId }) => channelId}
              />
            )
          }
        </Loaded>
        <Pager of={channels} />
      </Card>
      <ChannelDialog isOpen={isCreating} onClose={() => setIsCreating(false)} onDone={channels.reload} />
      <ConfirmDialog
        title="Remove the channel?"
        action="Remove the channel"
        isDangerous
        isOpen={doomed !== undefined}
        onClose={() => setDoomed(undefined)}
        onConfirm={async () => {
          if (doomed === undefined) return;
          await api.call('deleteChannel', { params: { channelId: doomed.channelId } });
          tell(`${doomed.channelId} is removed.`);
          channels.reload();
        }}
      >
        <p>
          <b>{doomed?.channelId}</b> goes with its secrets, and what was to go through it is dropped.
        </p>
      </ConfirmDialog>
    </Page>
  );
}

const Outcome = ({
  channelId,
  test: { delivered, status, detail, durationMs },
}: {
  channelId: string;
  test: ChannelTest;
}) => (
  <p class={`outcome ${delivered ? 'good' : 'bad'}`} role="status">
    {channelId}: {delivered ? 'delivered' : 'not delivered'}
    {status !== undefined && `, it answered ${status}`}, after {durationMs} ms. {detail}
  </p>
);

const columns: readonly Column<Channel>[] = [
  {
    header: 'Channel',
    sortBy: ({ channelId }) => channelId,
    cell: ({ channelId, description }) => (
      <>
        <b>{channelId}</b>
        {description !== undefined && <small class="note second-line">{description}</small>}
      </>
    ),
  },
  { header: 'Kind', sortBy: ({ kind }) => kind, cell: ({ kind }) => kind },
  { header: 'Leads to', cell: ({ to }) => <code>{to}</code> },
  {
    header: 'Hears of',
    cell: ({ minSeverity, projects }) => (
      <>
        {minSeverity === 'low' ? 'all severities' : `${minSeverity} and above`}
        <small class="note second-line">{projects?.join(', ') ?? 'all projects'}</small>
      </>
    ),
  },
  {
    header: 'State',
    cell: ({ trouble }) =>
      trouble === undefined ? (
        <Badge tone="good">fine</Badge>
      ) : (
        <>
          <Badge tone="bad">{trouble.failures} failures</Badge>
          <small class="note second-line">
            since <Ago at={trouble.since} />
          </small>
        </>
      ),
  },
];
