import { useState } from 'preact/hooks';
import type { PipelineKind } from '../../contracts/schedules.ts';
import { useAction } from '../api/use-action.ts';
import { ActionForm } from '../components/action-form.tsx';
import { Dialog } from '../components/dialog.tsx';
import { NumberField, SelectField, TextField } from '../components/fields.tsx';
import { useApi } from '../session/session.tsx';
import { pipelineKinds } from './check-words.ts';

interface RunDialogProps {
  project: string;
  isOpen: boolean;
  onClose: () => void;
  onStarted: (checkId: string) => void;
}

export const RunDialog = ({ isOpen, ...rest }: RunDialogProps) => (
  <Dialog title="Run a check" isOpen={isOpen} onClose={rest.onClose}>
    <Inside {...rest} />
  </Dialog>
);

type Kind = 'check' | PipelineKind;
const kinds: readonly { value: Kind; label: string; says: string }[] = [
  { value: 'check', label: 'Check', says: 'A load test, telemetry from inside the service, and an analysis' },
  ...pipelineKinds.map((kind) => ({ ...kind, label: `Pipeline: ${kind.label.toLowerCase()}` })),
];

function Inside({ project, onClose, onStarted }: Omit<RunDialogProps, 'isOpen'>) {
  const api = useApi();
  const [kind, setKind] = useState<Kind>('check');
  const [path, setPath] = useState('/health');
  const [users, setUsers] = useState<number | undefined>(10);
  const [seconds, setSeconds] = useState<number | undefined>(60);
  const start = useAction(async () => {
    const scenarios = [{ name: `GET ${path}`, path }];
    const loadTest = { scenarios, users, durationSeconds: seconds, rampUpSeconds: 0 };
    const body = kind === 'check' ? { loadTest } : { pipeline: kind };
    const { checkId } = await api.call('startCheck', { params: { project }, body });
    onClose();
    onStarted(checkId);
  });
  return (
    <ActionForm action={start} submit="Run it" onCancel={onClose}>
      <SelectField
        label="Kind"
        options={kinds}
        hint={kinds.find(({ value }) => value === kind)?.says}
        value={kind}
        onValue={setKind}
      />
      {kind === 'check' && (
        <div class="fields two">
          <TextField
            label="Path"
            hint="Below the address of the project"
            fault={start.faultOf('body.loadTest.scenarios.0.path')}
            required
            value={path}
            onValue={setPath}
          />
          <NumberField
            label="Users at once"
            min={1}
            required
            fault={start.faultOf('body.loadTest.users')}
            value={users}
            onValue={setUsers}
          />
          <NumberField
            label="For"
            unit="s"
            min={1}
            required
            fault={start.faultOf('body.loadTest.durationSeconds')}
            value={seconds}
            onValue={setSeconds}
          />
        </div>
      )}
    </ActionForm>
  );
}
