import { useState } from 'preact/hooks';
import type { AlertSeverity, AlertType, SilenceMatchers } from '../../contracts/alerts.ts';
import { useAction } from '../api/use-action.ts';
import { ActionForm } from '../components/action-form.tsx';
import { Dialog } from '../components/dialog.tsx';
import { SelectField, TextField } from '../components/fields.tsx';
import { useToast } from '../components/toast.tsx';
import { useApi } from '../session/session.tsx';
import { alertTypes, severities } from './alert-kinds.evaluated.ts';

interface SilenceDialogProps {
  /** What is filled in. */
  matchers: SilenceMatchers;
  isOpen: boolean;
  onClose: () => void;
  onDone: () => void;
}

/** Keeps alerts from being told of for a time. */
export const SilenceDialog = ({ isOpen, ...rest }: SilenceDialogProps) => (
  <Dialog title="Silence alerts" isOpen={isOpen} onClose={rest.onClose}>
    <Inside {...rest} />
  </Dialog>
);

const any = 'any';
const typeFields: readonly { value: AlertType | typeof any; label: string }[] = [
  { value: any, label: 'Any' },
  ...alertTypes.map((value) => ({ value, label: value })),
];
const severityFields: readonly { value: AlertSeverity | typeof any; label: string }[] = [
  { value: any, label: 'Any' },
  ...severities.map((value) => ({ value, label: value })),
];

const hourMs = 3_600_000;
const lengths = [
  { value: '1', label: '1 hour' },
  { value: '4', label: '4 hours' },
  { value: '24', label: '1 day' },
  { value: '168', label: '1 week' },
  { value: 'until', label: 'Until a time' },
] as const;
type Length = (typeof lengths)[number]['value'];

/** As a field for a time has it: by the reader's clock, without a zone. */
const localTime = (at: number): string =>
  new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);

function Inside({ matchers, onClose, onDone }: Omit<SilenceDialogProps, 'isOpen'>) {
  const api = useApi();
  const tell = useToast();
  const [project, setProject] = useState(matchers.project ?? '');
  const [type, setType] = useState<AlertType | typeof any>(matchers.type ?? any);
  const [severity, setSeverity] = useState<AlertSeverity | typeof any>(matchers.severity ?? any);
  const [subject, setSubject] = useState(matchers.subject ?? '');
  const [length, setLength] = useState<Length>('1');
  const [until, setUntil] = useState(() => localTime(Date.now() + hourMs));
  const [why, setWhy] = useState('');
  const silence = useAction(async () => {
    const endsAt = length === 'until' ? new Date(until) : new Date(Date.now() + Number(length) * hourMs);
    if (Number.isNaN(endsAt.getTime())) throw new Error('Say when it ends.');
    const fits = {
      ...(project === '' ? {} : { project }),
      ...(type === any ? {} : { type }),
      ...(severity === any ? {} : { severity }),
      ...(subject === '' ? {} : { subject }),
    };
    await api.call('createSilence', { body: { matchers: fits, endsAt: endsAt.toISOString(), why } });
    tell('The alerts are silenced.');
    onDone();
    onClose();
  });
  return (
    <ActionForm action={silence} submit="Silence them" onCancel={onClose}>
      <p>Alerts that fit all of these are shown, and nobody is told of them.</p>
      <div class="fields two">
        <TextField
          label="Project"
          hint="Empty: every one"
          fault={silence.faultOf('body.matchers.project')}
          value={project}
          onValue={setProject}
        />
        <TextField
          label="Subject"
          hint="* stands for any text"
          fault={silence.faultOf('body.matchers.subject')}
          value={subject}
          onValue={setSubject}
        />
        <SelectField label="Type" options={typeFields} value={type} onValue={setType} />
        <SelectField label="Severity" options={severityFields} value={severity} onValue={setSeverity} />
        <SelectField label="For" options={lengths} value={length} onValue={setLength} />
        {length === 'until' && (
          <TextField
            label="Ends"
            type="datetime-local"
            fault={silence.faultOf('body.endsAt')}
            required
            value={until}
            onValue={setUntil}
          />
        )}
      </div>
      <TextField label="Why" fault={silence.faultOf('body.why')} required value={why} onValue={setWhy} />
    </ActionForm>
  );
}
