import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import type { Schedule } from '../../contracts/schedules.ts';
import { usePolled } from '../api/use-polled.ts';
import { Button } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { ConfirmDialog } from '../components/confirm-dialog.tsx';
import { Empty } from '../components/empty.tsx';
import { Loaded } from '../components/loaded.tsx';
import { Page } from '../components/page.tsx';
import { useToast } from '../components/toast.tsx';
import { useAllowed, useApi } from '../session/session.tsx';
import { changeSchedule } from './change-schedule.ts';
import { ChecksTabs } from './checks-tabs.tsx';
import { EntryDialog } from './entry-dialog.tsx';
import { ScheduleTable } from './schedule-table.tsx';

type Entry = Schedule['entries'][number];

export default function SchedulePage({ project }: { project: string }) {
  const api = useApi();
  const tell = useToast();
  const { route } = useLocation();
  const schedule = usePolled((signal) => api.call('getSchedule', { params: { project }, signal }), [project]);
  const [edited, setEdited] = useState<Entry | 'new'>();
  const [doomed, setDoomed] = useState<Entry>();
  const { reason } = useAllowed('putSchedule');
  return (
    <Page
      title="Schedule"
      lead="What runs by itself, and when"
      actions={
        <Button icon="add" tone="primary" disabledBecause={reason} onClick={() => setEdited('new')}>
          Add an entry
        </Button>
      }
    >
      <ChecksTabs project={project} />
      <Card title={`Of ${project}`}>
        <Loaded of={schedule}>
          {(known) =>
            known.entries.length === 0 ? (
              <Empty title="Nothing is scheduled" />
            ) : (
              <ScheduleTable
                schedule={known}
                disabledBecause={reason}
                onEdit={setEdited}
                onRemove={setDoomed}
                onSwitch={async ({ id }, enabled) => {
                  await changeSchedule(api, project, id, (entry) => ({ ...entry, enabled }));
                  tell(enabled ? `${id} runs from now on.` : `${id} rests.`);
                  schedule.reload();
                }}
                onRun={async ({ id }) => {
                  const { checkId } = await api.call('startCheck', { params: { project }, body: { schedule: id } });
                  route(`/dashboard/projects/${project}/checks/${checkId}`);
                }}
              />
            )
          }
        </Loaded>
      </Card>
      <EntryDialog
        project={project}
        entry={edited === 'new' ? undefined : edited}
        isOpen={edited !== undefined}
        onClose={() => setEdited(undefined)}
        onDone={schedule.reload}
      />
      <ConfirmDialog
        title="Remove the entry?"
        action="Remove the entry"
        isDangerous
        isOpen={doomed !== undefined}
        onClose={() => setDoomed(undefined)}
        onConfirm={async () => {
          if (doomed === undefined) return;
          await changeSchedule(api, project, doomed.id, () => undefined);
          tell(`${doomed.id} is removed.`);
          schedule.reload();
        }}
      >
        <p>
          <b>{doomed?.id}</b> goes with its settings. What it ran stays in the list of runs.
        </p>
      </ConfirmDialog>
    </Page>
  );
}
