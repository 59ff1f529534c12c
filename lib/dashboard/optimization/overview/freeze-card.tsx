import { useState } from 'preact/hooks';
import type { ProjectFreeze } from '../../../contracts/optimization-controls.ts';
import { usePolled } from '../../api/use-polled.ts';
import { Badge } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { TextField } from '../../components/fields.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Moment } from '../../components/moment.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { useToast } from '../../components/toast.tsx';
import { useAllowed, useApi } from '../../session/session.tsx';

/** The switch that stops all changes of the project. */
export function FreezeCard({ project }: { project: string }) {
  const api = useApi();
  const tell = useToast();
  const { reason: notAllowed } = useAllowed('putProjectOptimizationFreeze');
  const freeze = usePolled(
    (signal) => api.call('getProjectOptimizationFreeze', { params: { project }, signal }),
    [project],
  );
  const [isAsking, setIsAsking] = useState(false);
  const [reason, setReason] = useState('');
  const isFrozen = freeze.data?.frozen === true;
  const put = async (): Promise<void> => {
    const body = { frozen: !isFrozen, ...(reason === '' ? {} : { reason }) };
    await api.call('putProjectOptimizationFreeze', { params: { project }, body });
    tell(isFrozen ? 'Changes are allowed again.' : 'Nothing is changed any more.');
    freeze.reload();
  };
  return (
    <Card
      title="Freeze"
      actions={
        <Button
          disabledBecause={freeze.data === undefined ? 'It is not known yet.' : notAllowed}
          onClick={() => setIsAsking(true)}
        >
          {isFrozen ? 'Allow changes' : 'Stop all changes'}
        </Button>
      }
    >
      <Loaded of={freeze} skeleton={<Skeleton lines={1} />}>
        {(known) => <FreezeState of={known} />}
      </Loaded>
      <ConfirmDialog
        title={isFrozen ? 'Allow changes again?' : 'Stop all changes?'}
        action={isFrozen ? 'Allow changes' : 'Stop all changes'}
        isDangerous={!isFrozen}
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        onConfirm={put}
      >
        <p>
          {isFrozen
            ? 'Runs of this project may apply changes again.'
            : 'Nothing new is applied to this project, and what is being tried is put back.'}
        </p>
        <TextField label="Why" value={reason} onValue={setReason} />
      </ConfirmDialog>
    </Card>
  );
}

const FreezeState = ({ of: { frozen, allFrozen, reason, by, since } }: { of: ProjectFreeze }) => (
  <p>
    <Badge tone={frozen || allFrozen ? 'doubtful' : 'good'}>
      {frozen || allFrozen ? 'frozen' : 'changes are allowed'}
    </Badge>{' '}
    {allFrozen && 'All projects are frozen. '}
    {since !== undefined && (
      <span class="note">
        Since <Moment at={since} />
        {by !== undefined && `, by ${by.name}`}
        {reason !== undefined && `: ${reason}`}
      </span>
    )}
  </p>
);
