import { useState } from 'preact/hooks';
import type { PipelineKind, Schedule } from '../../contracts/schedules.ts';
import { useAction } from '../api/use-action.ts';
import { ActionForm } from '../components/action-form.tsx';
import { Dialog } from '../components/dialog.tsx';
import { CheckField, SelectField, TextField } from '../components/fields.tsx';
import { useToast } from '../components/toast.tsx';
import { useApi } from '../session/session.tsx';
import { changeSchedule, type GivenEntry } from './change-schedule.ts';
import { pipelineKinds } from './check-words.ts';
import { entryFault } from './entry-faults.ts';
import { custom, presetOf, type TimePreset, timePresets } from './time-presets.ts';

type Entry = Schedule['entries'][number];

interface EntryDialogProps {
  project: string;
  /** Undefined: a new one is made. */
  entry: Entry | undefined;
  isOpen: boolean;
  onClose: () => void;
  onDone: () => void;
}

export const EntryDialog = ({ isOpen, ...rest }: EntryDialogProps) => (
  <Dialog
    title={rest.entry === undefined ? 'Add an entry' : `Change ${rest.entry.id}`}
    isOpen={isOpen}
    onClose={rest.onClose}
  >
    <Inside {...rest} />
  </Dialog>
);

/** The reader's own, UTC, and all that the browser knows. */
const timeZones = [
  ...new Set([Intl.DateTimeFormat().resolvedOptions().timeZone, 'UTC', ...Intl.supportedValuesOf('timeZone')]),
].map((value) => ({ value, label: value }));

function Inside({ project, entry, onClose, onDone }: Omit<EntryDialogProps, 'isOpen'>) {
  const api = useApi();
  const tell = useToast();
  const [id, setId] = useState(entry?.id ?? '');
  const [kind, setKind] = useState<PipelineKind>(entry?.kind ?? 'daily');
  const [cron, setCron] = useState(entry?.cron ?? timePresets[0].value);
  const [preset, setPreset] = useState<TimePreset>(() => presetOf(cron));
  const [timeZone, setTimeZone] = useState(entry?.timeZone ?? timeZones[0]?.value ?? 'UTC');
  const [isOn, setIsOn] = useState(entry?.enabled ?? true);
  const [settings, setSettings] = useState(() => JSON.stringify(entry?.settings ?? {}, null, 2));
  const save = useAction(async () => {
    const given = { id, kind, cron, timeZone, enabled: isOn, settings: parsed(settings) };
    await changeSchedule(api, project, id, (before) => {
      // Another of this id would be replaced.
      if (entry === undefined && before.cron !== '') throw new Error(`There is an entry ${id} already.`);
      return given;
    });
    tell(`${id} is in the schedule.`);
    onDone();
    onClose();
  });
  const faultOf = (field: string): string | undefined => entryFault(save.error, field);
  return (
    <ActionForm action={save} submit="Save the entry" onCancel={onClose}>
      {entry === undefined && (
        <TextField
          label="Name"
          hint="Small letters, digits and hyphens"
          pattern="[a-z0-9\-]{1,40}"
          fault={faultOf('id')}
          required
          value={id}
          onValue={setId}
        />
      )}
      <SelectField
        label="What it runs"
        options={pipelineKinds}
        hint={pipelineKinds.find(({ value }) => value === kind)?.says}
        value={kind}
        onValue={setKind}
      />
      <div class="fields two">
        <SelectField
          label="When"
          options={timePresets}
          value={preset}
          onValue={(next) => {
            setPreset(next);
            if (next !== custom) setCron(next);
          }}
        />
        <SelectField
          label="Time zone"
          options={timeZones}
          fault={faultOf('timeZone')}
          value={timeZone}
          onValue={setTimeZone}
        />
      </div>
      {preset === custom && (
        <TextField
          label="Cron expression"
          hint="Minute, hour, day of the month, month, day of the week (0 is Sunday)"
          fault={faultOf('cron')}
          required
          value={cron}
          onValue={setCron}
        />
      )}
      <TextField
        label="Settings that depart from the kind"
        hint="As JSON: steps, limits, loadTest, reportDays"
        fault={faultOf('settings')}
        lines={4}
        value={settings}
        onValue={setSettings}
      />
      <CheckField label="It runs from now on" value={isOn} onValue={setIsOn} />
    </ActionForm>
  );
}

function parsed(settings: string): NonNullable<GivenEntry['settings']> {
  try {
    return settings.trim() === '' ? {} : JSON.parse(settings);
  } catch (error) {
    throw new Error(`The settings are no JSON: ${(error as Error).message}`);
  }
}
