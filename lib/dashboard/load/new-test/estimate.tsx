import type { LoadTestEstimate } from '../../../contracts/load.ts';
import { workersInWords } from '../../../pages/load-words.ts';
import { formats } from '../../../pages/units.ts';
import { ApiError } from '../../api/api-error.ts';
import type { Polled } from '../../api/use-polled.ts';
import { Card } from '../../components/card.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { Stats } from '../../components/stats.tsx';
import { ProveTarget } from '../prove-target.tsx';

/** What the test would take, or why it could not start, before anybody starts it. */
export const EstimateCard = ({ project, of }: { project: string; of: Polled<LoadTestEstimate> }) => (
  <Card title="Before it starts">
    <div class="estimate" aria-live="polite">
      <Body project={project} of={of} />
    </div>
  </Card>
);

function Body({ project, of: { data, error, reload } }: { project: string; of: Polled<LoadTestEstimate> }) {
  if (error instanceof ApiError && error.code === 'target-not-verified') {
    return <ProveTarget project={project} onProven={reload} />;
  }
  if (error instanceof ApiError && error.errors.length > 0) return <p class="bad">Something above is not right yet.</p>;
  if (error !== undefined) return <ErrorNote error={error} retry={reload} />;
  if (data === undefined) return <Skeleton lines={3} />;
  const { workers, plannedSeconds, cost } = data;
  return (
    <>
      <Stats
        of={[
          { label: 'Takes at most', value: formats.duration(Math.round(plannedSeconds)) },
          { label: 'Sent by', value: workersInWords(workers) },
          { label: 'Cost', value: formats.usd(cost.estimatedUsd) },
        ]}
      />
      <p class="hint">{cost.note}</p>
    </>
  );
}
