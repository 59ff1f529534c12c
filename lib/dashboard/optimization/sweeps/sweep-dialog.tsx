import { useState } from 'preact/hooks';
import { useAction } from '../../api/use-action.ts';
import { usePolled } from '../../api/use-polled.ts';
import { ActionForm } from '../../components/action-form.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { NumberField, SelectField, TextField } from '../../components/fields.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { useApi } from '../../session/session.tsx';

interface SweepDialogProps {
  project: string;
  isOpen: boolean;
  onClose: () => void;
  onStarted: (sweepId: string) => void;
}

export const SweepDialog = ({ isOpen, ...rest }: SweepDialogProps) => (
  <Dialog title="Start a memory sweep" isOpen={isOpen} onClose={rest.onClose}>
    <Inside {...rest} />
  </Dialog>
);

function Inside(props: Omit<SweepDialogProps, 'isOpen'>) {
  const { project } = props;
  const api = useApi();
  const functions = usePolled(
    async (signal) => (await api.call('getProject', { params: { project }, signal })).resources.lambdas ?? [],
    [project],
  );
  return (
    <Loaded of={functions}>
      {([first, ...rest]) =>
        first === undefined ? (
          <p class="prose">
            The project names no Lambda functions: set its <code>resources.lambdas</code> first, with{' '}
            <code>headroom projects set</code>.
          </p>
        ) : (
          <SweepForm {...props} functions={[first, ...rest]} />
        )
      }
    </Loaded>
  );
}

function SweepForm(props: Omit<SweepDialogProps, 'isOpen'> & { functions: readonly [string, ...string[]] }) {
  const { project, functions, onClose, onStarted } = props;
  const api = useApi();
  const [name, setName] = useState<string>(functions[0]);
  const [payload, setPayload] = useState('{}');
  const [rounds, setRounds] = useState<number | undefined>();
  const start = useAction(async () => {
    const { sweepId } = await api.call('startMemorySweep', {
      params: { project },
      body: { function: name, payload, ...(rounds === undefined ? {} : { rounds }) },
    });
    onClose();
    onStarted(sweepId);
  });
  return (
    <ActionForm action={start} submit="Start the sweep" onCancel={onClose}>
      <SelectField
        label="Function"
        fault={start.faultOf('body.function')}
        options={functions.map((value) => ({ value, label: value }))}
        value={name}
        onValue={setName}
      />
      <TextField
        label="Payload"
        hint="JSON that each invocation is given: what the function does with it, it really does"
        lines={5}
        fault={start.faultOf('body.payload')}
        required
        value={payload}
        onValue={setPayload}
      />
      <NumberField
        label="Invocations of each size"
        hint="Empty: 20. The first one is cold"
        min={7}
        max={100}
        step={1}
        fault={start.faultOf('body.rounds')}
        value={rounds}
        onValue={setRounds}
      />
    </ActionForm>
  );
}
