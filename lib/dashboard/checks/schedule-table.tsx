import type { Schedule } from '../../contracts/schedules.ts';
import { unmeasured } from '../../pages/units.ts';
import { useAction } from '../api/use-action.ts';
import { Badge } from '../components/badge.tsx';
import { Button } from '../components/button.tsx';
import { type Column, DataTable } from '../components/data-table.tsx';
import { Moment } from '../components/moment.tsx';
import { useToast } from '../components/toast.tsx';
import { kindInWords } from './check-words.ts';
import { cronInWords } from './cron-words.ts';

type Entry = Schedule['entries'][number];

interface ScheduleTableProps extends RowActionsProps {
  schedule: Schedule;
}

export function ScheduleTable({ schedule: { entries, next }, ...actions }: ScheduleTableProps) {
  const due = new Map(next.map((one) => [one.id, one]));
  const columns: readonly Column<Entry>[] = [
    {
      header: 'Entry',
      sortBy: ({ id }) => id,
      cell: ({ id, kind }) => (
        <>
          <b>{id}</b>
          <small class="note second-line">{kindInWords({ kind: 'pipeline', pipeline: kind })}</small>
        </>
      ),
    },
    {
      header: 'When',
      cell: ({ cron, timeZone }) => (
        <>
          {cronInWords(cron) ?? <code>{cron}</code>}
          <small class="note second-line">
            <code>{cron}</code> {timeZone}
          </small>
        </>
      ),
    },
    {
      header: 'State',
      sortBy: ({ enabled }) => String(enabled),
      cell: ({ enabled }) => <Badge tone={enabled ? 'good' : 'plain'}>{enabled ? 'on' : 'off'}</Badge>,
    },
    {
      header: 'Next run',
      sortBy: ({ id }) => due.get(id)?.at,
      cell: ({ id }) => {
        const coming = due.get(id);
        if (coming === undefined) return <span class="none">{unmeasured}</span>;
        return (
          <>
            <Moment at={coming.at} />
            {coming.note !== undefined && <small class="note second-line">{coming.note}</small>}
          </>
        );
      },
    },
    { header: 'Change', cell: (entry) => <RowActions entry={entry} {...actions} /> },
  ];
  return <DataTable caption="Schedule" columns={columns} rows={entries} rowKey={({ id }) => id} />;
}

interface RowActionsProps {
  disabledBecause: string | undefined;
  onEdit: (entry: Entry) => void;
  onRemove: (entry: Entry) => void;
  onSwitch: (entry: Entry, enabled: boolean) => Promise<void>;
  onRun: (entry: Entry) => Promise<void>;
}

function RowActions({ entry, disabledBecause, onEdit, onRemove, onSwitch, onRun }: RowActionsProps & { entry: Entry }) {
  const tell = useToast();
  const act = useAction((what: () => Promise<void>) => what().catch((error) => tell(error.message, 'bad')));
  const { enabled } = entry;
  return (
    <div class="row-actions">
      <Button
        disabledBecause={disabledBecause}
        isPending={act.isPending}
        onClick={() => act.run(() => onSwitch(entry, !enabled))}
      >
        {enabled ? 'Turn off' : 'Turn on'}
      </Button>
      <Button disabledBecause={disabledBecause} isPending={act.isPending} onClick={() => act.run(() => onRun(entry))}>
        Run now
      </Button>
      <Button tone="quiet" disabledBecause={disabledBecause} onClick={() => onEdit(entry)}>
        Edit
      </Button>
      <Button tone="quiet" disabledBecause={disabledBecause} onClick={() => onRemove(entry)}>
        Remove
      </Button>
    </div>
  );
}
