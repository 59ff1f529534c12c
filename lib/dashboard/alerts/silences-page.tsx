import { useState } from 'preact/hooks';
import type { Silence, SilenceMatchers } from '../../contracts/alerts.ts';
import { usePages } from '../api/use-pages.ts';
import { Button } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { ConfirmDialog } from '../components/confirm-dialog.tsx';
import { type Column, DataTable } from '../components/data-table.tsx';
import { Empty } from '../components/empty.tsx';
import { Loaded } from '../components/loaded.tsx';
import { Moment } from '../components/moment.tsx';
import { Page } from '../components/page.tsx';
import { Pager } from '../components/pager.tsx';
import { useToast } from '../components/toast.tsx';
import { useAllowed, useApi } from '../session/session.tsx';
import { AlertsTabs } from './alerts-tabs.tsx';
import { SilenceDialog } from './silence-dialog.tsx';

/** @param project undefined: all silences; else those that its alerts may fit */
export default function SilencesPage({ project }: { project?: string }) {
  const api = useApi();
  const tell = useToast();
  const silences = usePages((cursor, signal) => api.call('listSilences', { query: { cursor }, signal }), []);
  const [isCreating, setIsCreating] = useState(false);
  const [doomed, setDoomed] = useState<Silence>();
  const { reason } = useAllowed('createSilence');
  const end: Column<Silence> = {
    header: 'End',
    cell: (silence) => (
      <Button tone="quiet" disabledBecause={reason} onClick={() => setDoomed(silence)}>
        End it
      </Button>
    ),
  };
  const concerns = ({ matchers }: Silence): boolean =>
    project === undefined || matchers.project === undefined || matchers.project === project;
  return (
    <Page
      title="Silences"
      lead="Alerts that nobody is told of for a time"
      actions={
        <Button icon="add" tone="primary" disabledBecause={reason} onClick={() => setIsCreating(true)}>
          Silence alerts
        </Button>
      }
    >
      <AlertsTabs project={project} />
      <Card title="In force, or to come">
        <Loaded of={silences}>
          {(items) => {
            const shown = items.filter(concerns);
            return shown.length === 0 ? (
              <Empty title="Nothing is silenced" />
            ) : (
              <DataTable
                caption="Silences"
                columns={[...columns, end]}
                rows={shown}
                rowKey={({ silenceId }) => silenceId}
              />
            );
          }}
        </Loaded>
        <Pager of={silences} />
      </Card>
      <SilenceDialog
        matchers={project === undefined ? {} : { project }}
        isOpen={isCreating}
        onClose={() => setIsCreating(false)}
        onDone={silences.reload}
      />
      <ConfirmDialog
        title="End the silence?"
        action="End the silence"
        isOpen={doomed !== undefined}
        onClose={() => setDoomed(undefined)}
        onConfirm={async () => {
          if (doomed === undefined) return;
          await api.call('deleteSilence', { params: { silenceId: doomed.silenceId } });
          tell('The silence has ended.');
          silences.reload();
        }}
      >
        <p>What it kept back and is open still is told of now.</p>
      </ConfirmDialog>
    </Page>
  );
}

const columns: readonly Column<Silence>[] = [
  { header: 'Alerts', cell: ({ matchers }) => <b>{matchersInWords(matchers)}</b> },
  { header: 'Why', cell: ({ why, createdBy }) => [why, <small class="note second-line">{createdBy}</small>] },
  { header: 'Begins', sortBy: ({ startsAt }) => startsAt, cell: ({ startsAt }) => <Moment at={startsAt} /> },
  { header: 'Ends', sortBy: ({ endsAt }) => endsAt, cell: ({ endsAt }) => <Moment at={endsAt} /> },
];

const matchersInWords = (matchers: SilenceMatchers): string => {
  const fits = Object.entries(matchers).map(([name, value]) => `${name} ${value}`);
  return fits.length === 0 ? 'every alert' : fits.join(', ');
};
