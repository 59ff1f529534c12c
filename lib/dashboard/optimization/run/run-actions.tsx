import { useState } from 'preact/hooks';
import type { OptimizationRun } from '../../../contracts/optimization-runs.ts';
import { useAction } from '../../api/use-action.ts';
import { Button } from '../../components/button.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { CheckField, TextField } from '../../components/fields.tsx';
import { useToast } from '../../components/toast.tsx';
import { useAllowed, useApi } from '../../session/session.tsx';

const canBeRolledBack: ReadonlySet<OptimizationRun['status']> = new Set(['queued', 'running', 'completed', 'failed']);

interface RunActionsProps {
  run: OptimizationRun;
  onDone: () => void;
}

export function RunActions({ run, onDone }: RunActionsProps) {
  const api = useApi();
  const tell = useToast();
  const { project, runId, status } = run;
  const mayApprove = useAllowed('approveOptimizationRun');
  const mayRollBack = useAllowed('rollBackOptimizationRun');
  const [isAsking, setIsAsking] = useState(false);
  const [force, setForce] = useState(false);
  const [reason, setReason] = useState('');
  const approve = useAction(async () => {
    await api.call('approveOptimizationRun', { params: { project, runId } });
    onDone();
  });
  const rollBack = async (): Promise<void> => {
    const body = { force, ...(reason === '' ? {} : { reason }) };
    await api.call('rollBackOptimizationRun', { params: { project, runId }, body });
    tell('It is being put back.');
    onDone();
  };
  return (
    <>
      <ErrorNote error={approve.error} />
      {canBeRolledBack.has(status) && (
        <Button tone="danger" disabledBecause={mayRollBack.reason} onClick={() => setIsAsking(true)}>
          Roll back
        </Button>
      )}
      {status === 'awaiting-approval' && (
        <Button
          tone="primary"
          disabledBecause={mayApprove.reason}
          isPending={approve.isPending}
          onClick={() => approve.run()}
        >
          Approve
        </Button>
      )}
      <ConfirmDialog
        title="Roll back the run?"
        action="Roll back"
        isDangerous
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        onConfirm={rollBack}
      >
        <p>All that this run has changed is put back as it was before, also what it has kept.</p>
        <CheckField label="Also what somebody else has changed since" value={force} onValue={setForce} />
        <TextField label="Why" value={reason} onValue={setReason} />
      </ConfirmDialog>
    </>
  );
}
