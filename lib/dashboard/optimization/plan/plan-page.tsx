import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import type { OptimizationRun } from '../../../contracts/optimization-runs.ts';
import { ApiError } from '../../api/api-error.ts';
import { useAction } from '../../api/use-action.ts';
import { usePolled } from '../../api/use-polled.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { Page } from '../../components/page.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { ProveTarget } from '../../load/prove-target.tsx';
import { useAllowed, useApi } from '../../session/session.tsx';
import { PlanCard } from '../plan-card.tsx';
import { emptyRunDraft, planBody, type RunDraft, runBody } from './plan-request.ts';
import { RunFields } from './run-fields.tsx';

/** Plans first, which changes nothing; then applies what was chosen of the plan. */
export default function PlanPage({ project }: { project: string }) {
  const api = useApi();
  const { route } = useLocation();
  const { reason } = useAllowed('startOptimizationRun');
  const profiles = usePolled((signal) => api.call('listProfiles', { query: { limit: 200 }, signal }), []);
  const [draft, setDraft] = useState<RunDraft>(emptyRunDraft);
  const [planned, setPlanned] = useState<OptimizationRun>();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const base = `/dashboard/projects/${project}/optimization`;

  const plan = useAction(async () => {
    setPlanned(undefined);
    const found = await api.call('startOptimizationRun', { params: { project }, body: planBody(draft) });
    if (!('plannedOptimizations' in found)) throw new Error('Headroom began a run in the place of a plan.');
    setPlanned(found);
    setChosen(new Set(found.plannedOptimizations.map(({ id }) => id)));
  });
  const start = useAction(async () => {
    const { runId } = await api.call('startOptimizationRun', { params: { project }, body: runBody(draft, chosen) });
    route(`${base}/runs/${runId}`);
  });
  const change = (next: RunDraft): void => {
    setDraft(next);
    // What was planned was planned for something else.
    setPlanned(undefined);
    plan.clear();
    start.clear();
  };
  const error = start.error ?? plan.error;
  return (
    <Page title="Plan a run" lead="Planning changes nothing in the service">
      <form
        class="cards new-test"
        onSubmit={(event) => {
          event.preventDefault();
          void plan.run();
        }}
      >
        <Card title="How it goes">
          <RunFields
            draft={draft}
            onDraft={change}
            profiles={profiles.data?.items ?? []}
            faultOf={(path) => start.faultOf(path) ?? plan.faultOf(path)}
          />
        </Card>
        {error instanceof ApiError && error.code === 'target-not-verified' ? (
          <Card title="Before it starts">
            <ProveTarget
              project={project}
              onProven={() => {
                plan.clear();
                start.clear();
              }}
            />
          </Card>
        ) : (
          <ErrorNote error={error} />
        )}
        <div class="buttons">
          <Button onClick={() => route(base)}>Cancel</Button>
          <Button
            tone={planned === undefined ? 'primary' : 'plain'}
            type="submit"
            disabledBecause={reason}
            isPending={plan.isPending}
          >
            {planned === undefined ? 'Show the plan' : 'Plan again'}
          </Button>
        </div>
        {plan.isPending && <Skeleton lines={6} />}
        {planned !== undefined && (
          <>
            <PlanCard plan={planned} chosen={chosen} onChosen={setChosen} />
            <div class="buttons">
              <Button
                tone="primary"
                disabledBecause={reason ?? (chosen.size === 0 ? 'There is nothing chosen to be tried.' : undefined)}
                isPending={start.isPending}
                onClick={() => start.run()}
              >
                {draft.approve === 'manual' ? 'Ask for approval' : 'Start the run'}
              </Button>
            </div>
          </>
        )}
      </form>
    </Page>
  );
}
