import { useState } from 'preact/hooks';
import type { AlertSeverity } from '../../contracts/alerts.ts';
import { useAction } from '../api/use-action.ts';
import { ActionForm } from '../components/action-form.tsx';
import { Dialog } from '../components/dialog.tsx';
import { SelectField, TextField } from '../components/fields.tsx';
import { useToast } from '../components/toast.tsx';
import { useApi } from '../session/session.tsx';
import { severities } from './alert-kinds.evaluated.ts';
import { type ChannelKindName, channelBody, channelFields, channelKindOptions } from './channel-kinds.ts';

interface ChannelDialogProps {
  isOpen: boolean;
  onClose: () => void;
  onDone: () => void;
}

export const ChannelDialog = ({ isOpen, ...rest }: ChannelDialogProps) => (
  <Dialog title="Make a channel" isOpen={isOpen} onClose={rest.onClose}>
    <Inside {...rest} />
  </Dialog>
);

const severityOptions = severities.map((value) => ({ value, label: value === 'low' ? 'low: all' : value }));

function Inside({ onClose, onDone }: Omit<ChannelDialogProps, 'isOpen'>) {
  const api = useApi();
  const tell = useToast();
  const [channelId, setChannelId] = useState('');
  const [kind, setKind] = useState<ChannelKindName>('webhook');
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const [minSeverity, setMinSeverity] = useState<AlertSeverity>('low');
  const [projects, setProjects] = useState('');
  const make = useAction(async () => {
    const { items } = await api.call('listChannels', { query: { limit: 200 } });
    // An existing one would be replaced.
    if (items.some((channel) => channel.channelId === channelId))
      throw new Error(`There is a channel ${channelId} already.`);
    const named = projects.split(/[\s,]+/).filter((project) => project !== '');
    const heard = { minSeverity, ...(named.length === 0 ? {} : { projects: named }) };
    await api.call('putChannel', { params: { channelId }, body: channelBody(kind, values, heard) });
    tell(`${channelId} is there: test it.`);
    onDone();
    onClose();
  });
  return (
    <ActionForm action={make} submit="Make the channel" onCancel={onClose}>
      <div class="fields two">
        <TextField
          label="Name"
          hint="Small letters, digits and hyphens"
          fault={make.faultOf('path.channelId')}
          pattern="[a-z0-9\-]{1,40}"
          required
          value={channelId}
          onValue={setChannelId}
        />
        <SelectField label="Kind" options={channelKindOptions} value={kind} onValue={setKind} />
      </div>
      {channelFields[kind].map(({ name, isSecret, ...field }) => (
        <TextField
          key={`${kind} ${name}`}
          {...field}
          type={isSecret ? 'password' : 'text'}
          fault={make.faultOf(`body.${name}`)}
          value={values[name] ?? ''}
          onValue={(value) => setValues({ ...values, [name]: value })}
        />
      ))}
      <div class="fields two">
        <SelectField label="From the severity" options={severityOptions} value={minSeverity} onValue={setMinSeverity} />
        <TextField
          label="Projects"
          hint="With commas between them; empty: all"
          fault={make.faultOf('body.projects') ?? make.faultOf('body.projects.0')}
          value={projects}
          onValue={setProjects}
        />
      </div>
    </ActionForm>
  );
}
