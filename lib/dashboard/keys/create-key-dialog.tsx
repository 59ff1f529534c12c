import { useState } from 'preact/hooks';
import type { CreatedKey, Scope } from '../../contracts/keys.ts';
import { useAction } from '../api/use-action.ts';
import { ActionForm } from '../components/action-form.tsx';
import { Button } from '../components/button.tsx';
import { CopyText } from '../components/copy-text.tsx';
import { Dialog } from '../components/dialog.tsx';
import { SelectField, TextField } from '../components/fields.tsx';
import { useApi } from '../session/session.tsx';

interface CreateKeyDialogProps {
  isOpen: boolean;
  onClose: () => void;
  onCreated: () => void;
}

export const CreateKeyDialog = ({ isOpen, onClose, onCreated }: CreateKeyDialogProps) => (
  <Dialog title="Create a key" isOpen={isOpen} onClose={onClose}>
    <Inside onClose={onClose} onCreated={onCreated} />
  </Dialog>
);

const scopes: readonly { value: Scope; label: string }[] = [
  { value: 'read', label: 'read: see everything' },
  { value: 'write', label: 'write: report, cache, change settings' },
  { value: 'operate', label: 'operate: start load tests, apply changes' },
  { value: 'admin', label: 'admin: everything, keys too' },
];

function Inside({ onClose, onCreated }: Omit<CreateKeyDialogProps, 'isOpen'>) {
  const api = useApi();
  const [name, setName] = useState('');
  const [scope, setScope] = useState<Scope>('read');
  const [projects, setProjects] = useState('');
  const [created, setCreated] = useState<CreatedKey>();
  const create = useAction(async () => {
    const bound = projects.split(/[\s,]+/).filter((project) => project !== '');
    const body = { name, scope, ...(bound.length === 0 ? {} : { projects: bound }) };
    setCreated(await api.call('createKey', { body }));
    onCreated();
  });
  if (created !== undefined) return <Shown created={created} onClose={onClose} />;
  return (
    <ActionForm action={create} submit="Create" onCancel={onClose}>
      <TextField
        label="Name"
        hint="Who or what uses it"
        fault={create.faultOf('body.name')}
        required
        value={name}
        onValue={setName}
      />
      <SelectField label="Scope" options={scopes} value={scope} onValue={setScope} />
      <TextField
        label="Projects"
        hint="With commas between them; empty: all"
        fault={create.faultOf('body.projects') ?? create.faultOf('body.projects.0')}
        value={projects}
        onValue={setProjects}
      />
    </ActionForm>
  );
}

const Shown = ({ created: { name, token }, onClose }: { created: CreatedKey; onClose: () => void }) => (
  <>
    <p>
      <b>{name}</b> is created. The key is shown this once: only its hash is kept.
    </p>
    <CopyText label="The key" text={token} />
    <div class="buttons">
      <Button tone="primary" onClick={onClose}>
        Done
      </Button>
    </div>
  </>
);
