import { useState } from 'preact/hooks';
import type { Alert } from '../../contracts/alerts.ts';
import { useAction } from '../api/use-action.ts';
import { ActionForm } from '../components/action-form.tsx';
import { Dialog } from '../components/dialog.tsx';
import { TextField } from '../components/fields.tsx';
import { useToast } from '../components/toast.tsx';
import { useApi } from '../session/session.tsx';

interface AlertDialogProps {
  of: keyof typeof kinds;
  alert: Alert;
  isOpen: boolean;
  onClose: () => void;
  onDone: () => void;
}

const kinds = {
  acknowledge: {
    operation: 'acknowledgeAlert',
    title: 'Acknowledge the alert',
    says: 'You look after it. It is not repeated; its end is told of.',
    done: 'The alert is acknowledged.',
  },
  resolve: {
    operation: 'resolveAlert',
    title: 'Resolve the alert',
    says: 'It is closed, and none opens for the same until the condition was gone once.',
    done: 'The alert is resolved.',
  },
} as const;

/** Says that somebody looks after an alert, or that it is over, and why. */
export const AlertDialog = ({ isOpen, ...rest }: AlertDialogProps) => (
  <Dialog title={kinds[rest.of].title} isOpen={isOpen} onClose={rest.onClose}>
    <Inside {...rest} />
  </Dialog>
);

function Inside({ of, alert: { alertId }, onClose, onDone }: Omit<AlertDialogProps, 'isOpen'>) {
  const api = useApi();
  const tell = useToast();
  const [why, setWhy] = useState('');
  const { operation, title, says, done } = kinds[of];
  const act = useAction(async () => {
    await api.call(operation, { params: { alertId }, body: why.trim() === '' ? {} : { why } });
    tell(done);
    onDone();
    onClose();
  });
  return (
    <ActionForm action={act} submit={title} onCancel={onClose}>
      <p>{says}</p>
      <TextField
        label="Why"
        hint="Stays in the history of the alert, with your name"
        fault={act.faultOf('body.why')}
        lines={3}
        value={why}
        onValue={setWhy}
      />
    </ActionForm>
  );
}
