import { useState } from 'preact/hooks';
import { useAction } from '../../api/use-action.ts';
import { ActionForm } from '../../components/action-form.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { SelectField, TextField } from '../../components/fields.tsx';
import { useToast } from '../../components/toast.tsx';
import { useApi } from '../../session/session.tsx';
import { type DatabaseDraft, settingsOf, tlsOptions, wayOptions, ways } from './database-draft.ts';

interface DatabaseDialogProps {
  project: string;
  isOpen: boolean;
  onClose: () => void;
  onDone: () => void;
}

export const DatabaseDialog = ({ isOpen, ...rest }: DatabaseDialogProps) => (
  <Dialog title="Register a database" isOpen={isOpen} onClose={rest.onClose}>
    <Inside {...rest} />
  </Dialog>
);

function Inside({ project, onClose, onDone }: Omit<DatabaseDialogProps, 'isOpen'>) {
  const api = useApi();
  const tell = useToast();
  const [name, setName] = useState('');
  const [draft, setDraft] = useState<DatabaseDraft>({ way: 'environment', value: '', tls: '' });
  const { way, value, tls } = draft;
  const set = (change: Partial<DatabaseDraft>): void => setDraft({ ...draft, ...change });
  const register = useAction(async () => {
    const { items } = await api.call('listRegisteredDatabases', { params: { project } });
    // An existing one would be replaced.
    if (items.some((known) => known.name === name)) throw new Error(`There is a database ${name} already.`);
    const { isReachable, detail } = await api.call('registerDatabase', {
      params: { project, name },
      body: settingsOf(draft),
    });
    tell(isReachable === false ? `${name} is registered, and cannot be reached: ${detail}` : `${name} is registered.`);
    onDone();
    onClose();
  });
  const { label, hint, isSecret } = ways[way];
  return (
    <ActionForm action={register} submit="Register" onCancel={onClose}>
      <TextField
        label="Name"
        hint="Small letters, digits and hyphens"
        fault={register.faultOf('path.name')}
        pattern="[a-z0-9\-]{1,40}"
        required
        value={name}
        onValue={setName}
      />
      <SelectField
        label="What it is"
        options={wayOptions}
        value={way}
        onValue={(next) => set({ way: next, value: '' })}
      />
      <TextField
        label={label}
        hint={hint}
        type={isSecret ? 'password' : 'text'}
        fault={
          register.faultOf('body.path') ??
          register.faultOf('body.connection') ??
          register.faultOf(`body.connection.${way}`)
        }
        required
        value={value}
        onValue={(next) => set({ value: next })}
      />
      {way !== 'sqlite' && (
        <SelectField label="TLS" options={tlsOptions} value={tls} onValue={(next) => set({ tls: next })} />
      )}
    </ActionForm>
  );
}
