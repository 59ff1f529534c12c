import { useMemo } from 'preact/hooks';
import type { OptimizationRun } from '../../../contracts/optimization-runs.ts';
import { usePolled } from '../../api/use-polled.ts';
import { Card } from '../../components/card.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Moment } from '../../components/moment.tsx';
import { Notice } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { Progress } from '../../components/progress.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { useApi } from '../../session/session.tsx';
import { DriftNotice } from '../drift-notice.tsx';
import { PlanCard } from '../plan-card.tsx';
import { isAtWork, isOver, RunBadge } from '../run-state.tsx';
import { ConflictsCard } from './conflicts-card.tsx';
import { ResultCards } from './result-cards.tsx';
import { RunActions } from './run-actions.tsx';
import { StepsCard } from './steps-card.tsx';

const everyMs = 1_000;

/** A run, watched as long as it goes on, and what became of each optimization. */
export default function RunPage({ project, runId }: { project: string; runId: string }) {
  const api = useApi();
  const run = usePolled(
    (signal) => api.call('getOptimizationRun', { params: { project, runId }, signal }),
    [project, runId],
    { everyMs, until: isOver },
  );
  const { data } = run;
  return (
    <Page
      title="Optimization run"
      beside={data && <RunBadge status={data.status} />}
      lead={data && <Lead of={data} />}
      actions={data && <RunActions run={data} onDone={run.reload} />}
    >
      <Loaded of={run} skeleton={<Skeleton heightPx={480} />}>
        {(latest) => <RunBody run={latest} />}
      </Loaded>
    </Page>
  );
}

const Lead = ({ of: { createdAt, requestedBy, approvedBy, runId, profileId } }: { of: OptimizationRun }) => (
  <>
    <Moment at={createdAt} /> · asked for by {requestedBy.name}
    {approvedBy !== undefined && ` · approved by ${approvedBy.name}`}
    {profileId !== undefined && ` · by the profile ${profileId}`} · <code>{runId}</code>
  </>
);

function RunBody({ run }: { run: OptimizationRun }) {
  const { status, reason, progressPercent, detail, approveBy, result, drifted = [] } = run;
  // A run that has ended is drawn once.
  const shown = useMemo(() => result, [JSON.stringify(result)]);
  return (
    <div class="cards">
      {isAtWork(run) && (
        <Card title="Under way">
          <Progress label="How far the run is" percent={progressPercent}>
            {[`${Math.floor(progressPercent)} %`, detail].filter(Boolean).join(' · ')}
          </Progress>
        </Card>
      )}
      {status === 'awaiting-approval' && (
        <Notice tone="doubtful" title="It waits until somebody approves it.">
          {approveBy !== undefined && (
            <p>
              Until <Moment at={approveBy} />; then it expires, and nothing is changed.
            </p>
          )}
        </Notice>
      )}
      {reason !== undefined && (
        <Notice
          tone={status === 'failed' ? 'bad' : 'doubtful'}
          title={status === 'failed' ? 'It failed.' : 'Why it ended so:'}
        >
          <p>{reason}</p>
        </Notice>
      )}
      <DriftNotice drifted={drifted} />
      <ConflictsCard conflicts={run.conflicts} />
      {shown !== undefined && <ResultCards result={shown} />}
      {run.steps.length > 0 && status !== 'planned' && <StepsCard run={run} />}
      <PlanCard plan={run} />
    </div>
  );
}
