import { useState } from 'preact/hooks';
import { useAction } from '../api/use-action.ts';
import { ActionForm } from '../components/action-form.tsx';
import { Dialog } from '../components/dialog.tsx';
import { SelectField, TextField } from '../components/fields.tsx';
import { useToast } from '../components/toast.tsx';
import { useApi } from '../session/session.tsx';

interface RegisterDialogProps {
  isOpen: boolean;
  onClose: () => void;
  onRegistered: () => void;
}

export const RegisterDialog = ({ isOpen, onClose, onRegistered }: RegisterDialogProps) => (
  <Dialog title="Register a project" isOpen={isOpen} onClose={onClose}>
    <RegisterForm onClose={onClose} onRegistered={onRegistered} />
  </Dialog>
);

const environments = [
  { value: 'development', label: 'Development' },
  { value: 'production', label: 'Production' },
] as const;

function RegisterForm({ onClose, onRegistered }: Omit<RegisterDialogProps, 'isOpen'>) {
  const api = useApi();
  const tell = useToast();
  const [project, setProject] = useState('');
  const [baseUrl, setBaseUrl] = useState('');
  const [environment, setEnvironment] = useState<(typeof environments)[number]['value']>('development');
  const register = useAction(async () => {
    // An existing one would be replaced, with all its settings.
    const isThere = await api.call('getProject', { params: { project } }).then(
      () => true,
      (error) => {
        if (error.code === 'not-found') return false;
        throw error;
      },
    );
    if (isThere) throw new Error(`There is a project ${project} already.`);
    const { verification } = await api.call('putProject', { params: { project }, body: { baseUrl, environment } });
    tell(
      verification.state === 'unverified'
        ? `${project} is registered. Its target is not verified yet.`
        : `${project} is registered.`,
    );
    onRegistered();
    onClose();
  });
  return (
    <ActionForm action={register} submit="Register" onCancel={onClose}>
      <TextField
        label="Name"
        hint="Small letters, digits and hyphens"
        fault={register.faultOf('path.project')}
        pattern="[a-z0-9\-]{1,40}"
        required
        value={project}
        onValue={setProject}
      />
      <TextField
        label="Address"
        type="url"
        placeholder="https://shop.example.com"
        hint="Where the service answers; load tests of a public one need a proof that it is yours"
        fault={register.faultOf('body.baseUrl')}
        required
        value={baseUrl}
        onValue={setBaseUrl}
      />
      <SelectField label="Environment" options={environments} value={environment} onValue={setEnvironment} />
    </ActionForm>
  );
}
