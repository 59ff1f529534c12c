import { useState } from 'preact/hooks';
import { formats } from '../../pages/units.ts';
import { useAction } from '../api/use-action.ts';
import { Button } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { ErrorNote } from '../components/error-note.tsx';
import { useAllowed, useApi } from '../session/session.tsx';
import { bytes } from './bytes.ts';

interface OptimizeCardProps {
  namespace: string;
  onDone: () => void;
}

/** Maintenance, and what it did. */
export function OptimizeCard({ namespace, onDone }: OptimizeCardProps) {
  const api = useApi();
  const { reason } = useAllowed('optimizeCache');
  const [done, setDone] = useState<string[]>();
  const optimize = useAction(async () => {
    const result = await api.call('optimizeCache', { params: { namespace } });
    setDone([
      `${formats.count(result.expiredRemoved)} expired entries and ${formats.count(result.ghostsRemoved)} traces of others are removed: ${bytes(result.bytesFreed)} are free.`,
      `${formats.count(result.promoted)} entries were brought into memory, ${formats.count(result.demoted)} left it.`,
      ...(result.complete ? [] : ['Not all was looked at: once more goes on from there.']),
    ]);
    onDone();
  });
  return (
    <Card title="Maintenance">
      <div class="fields">
        <p>
          Removes what expired left behind, and moves entries to the tiers that fit their use. Headroom does it by
          itself too, now and then.
        </p>
        {done !== undefined && (
          <ul class="outcome good plain-list" role="status">
            {done.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        )}
        <ErrorNote error={optimize.error} />
        <div class="buttons">
          <Button disabledBecause={reason} isPending={optimize.isPending} onClick={() => optimize.run()}>
            Optimize now
          </Button>
        </div>
      </div>
    </Card>
  );
}
