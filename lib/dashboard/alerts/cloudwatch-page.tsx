import { useState } from 'preact/hooks';
import type { CloudWatchAlarms } from '../../contracts/cloudwatch-alarms.ts';
import { formats } from '../../pages/units.ts';
import { ApiError } from '../api/api-error.ts';
import { usePolled } from '../api/use-polled.ts';
import { Button } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { ConfirmDialog } from '../components/confirm-dialog.tsx';
import { Empty } from '../components/empty.tsx';
import { Loaded } from '../components/loaded.tsx';
import { Moment } from '../components/moment.tsx';
import { Page } from '../components/page.tsx';
import { Stats } from '../components/stats.tsx';
import { useToast } from '../components/toast.tsx';
import { useAllowed, useApi } from '../session/session.tsx';
import { AlertsTabs } from './alerts-tabs.tsx';
import { CloudWatchTable } from './cloudwatch-table.tsx';

/** The CloudWatch alarms that were made of a project's thresholds. */
export default function CloudWatchPage({ project }: { project: string }) {
  const api = useApi();
  const tell = useToast();
  const params = { project };
  const alarms = usePolled(
    // Null: none were made, as a project has it at first.
    (signal): Promise<CloudWatchAlarms | null> =>
      api.call('getCloudWatchAlarms', { params, signal }).catch((error) => {
        if (error instanceof ApiError && error.code === 'not-found') return null;
        throw error;
      }),
    [project],
  );
  const [open, setOpen] = useState<'make' | 'remove'>();
  const close = (): void => setOpen(undefined);
  const { reason } = useAllowed('putCloudWatchAlarms');
  const known = alarms.data ?? undefined;
  return (
    <Page
      title="CloudWatch alarms"
      lead="Made of the thresholds, for the AWS resources of the project"
      actions={
        <>
          {known !== undefined && (
            <Button disabledBecause={reason} onClick={() => setOpen('remove')}>
              Remove them
            </Button>
          )}
          <Button tone="primary" disabledBecause={reason} onClick={() => setOpen('make')}>
            {known === undefined ? 'Make alarms' : 'Make them anew'}
          </Button>
        </>
      }
    >
      <AlertsTabs project={project} />
      <Loaded of={alarms}>
        {(made) => (
          <div class="cards">
            {made !== null && <Summary alarms={made} />}
            <Card title="Alarms">
              {made === null ? (
                <Empty title="No alarms were made">
                  Headroom watches by itself; alarms of CloudWatch watch what AWS measures, even while Headroom is down.
                </Empty>
              ) : (
                <CloudWatchTable alarms={made.alarms} />
              )}
            </Card>
          </div>
        )}
      </Loaded>
      <ConfirmDialog
        title="Make CloudWatch alarms?"
        action="Make the alarms"
        isOpen={open === 'make'}
        onClose={close}
        onConfirm={async () => {
          const { alarms: made } = await api.call('putCloudWatchAlarms', { params, body: known?.settings ?? {} });
          tell(`${made.length} alarms are there.`);
          alarms.reload();
        }}
      >
        <p>
          Each threshold becomes an alarm on each resource of the project that it fits. AWS charges for every alarm,
          each month.
        </p>
      </ConfirmDialog>
      <ConfirmDialog
        title="Remove the CloudWatch alarms?"
        action="Remove the alarms"
        isDangerous
        isOpen={open === 'remove'}
        onClose={close}
        onConfirm={async () => {
          await api.call('deleteCloudWatchAlarms', { params });
          tell('The alarms are removed.');
          alarms.reload();
        }}
      >
        <p>Those that Headroom made for {project}; no others.</p>
      </ConfirmDialog>
    </Page>
  );
}

const Summary = ({ alarms: { alarms, elsewhere, costUsdPerMonth, updatedAt } }: { alarms: CloudWatchAlarms }) => (
  <Stats
    of={[
      { label: 'Alarms', value: formats.count(alarms.length) },
      {
        label: 'In alarm',
        value: formats.count(alarms.filter(({ state }) => state === 'ALARM').length),
        tone: alarms.some(({ state }) => state === 'ALARM') ? 'bad' : undefined,
      },
      { label: 'Cost a month', value: formats.usd(costUsdPerMonth), note: 'at the list price' },
      { label: 'Made', value: <Moment at={updatedAt} /> },
      ...(elsewhere.length === 0
        ? []
        : [{ label: 'Of another region', value: formats.count(elsewhere.length), note: elsewhere.join(', ') }]),
    ]}
  />
);
