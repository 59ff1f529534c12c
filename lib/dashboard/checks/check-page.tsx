import type { OperationAnswer } from '../../contracts/routes.ts';
import { usePolled } from '../api/use-polled.ts';
import { Badge } from '../components/badge.tsx';
import { Loaded } from '../components/loaded.tsx';
import { Moment } from '../components/moment.tsx';
import { Page } from '../components/page.tsx';
import { Progress } from '../components/progress.tsx';
import { useApi } from '../session/session.tsx';
import { CheckFigures } from './check-figures.tsx';
import { isUnderWay, kindInWords, statusTones } from './check-words.ts';
import { LimitsCard } from './limits-card.tsx';
import { PipelineFigures } from './pipeline-figures.tsx';
import { ReportButtons } from './report-buttons.tsx';
import { StepsCard } from './steps-card.tsx';

const everyMs = 2_000;

/** One run: of a check, or of the pipeline. */
export default function CheckPage({ project, checkId }: { project: string; checkId: string }) {
  const api = useApi();
  const run = usePolled(
    (signal) => api.call('getCheck', { params: { project, checkId }, signal }),
    [project, checkId],
    { everyMs, until: (one) => !isUnderWay(one) },
  );
  const { data } = run;
  return (
    <Page
      title={data === undefined ? 'Check' : kindInWords({ kind: data.kind, pipeline: pipelineOf(data) })}
      beside={data !== undefined && <Badge tone={statusTones[data.status]}>{data.status}</Badge>}
      lead={data === undefined ? undefined : <Lead run={data} />}
      actions={data !== undefined && !isUnderWay(data) && <ReportButtons run={data} />}
    >
      <Loaded of={run}>
        {(known) => (
          <div class="cards">
            {isUnderWay(known) && (
              <Progress label="Progress of the run" percent={known.progressPercent}>
                {known.steps.find(({ status }) => status === 'running')?.name ?? 'waiting for its turn'}
              </Progress>
            )}
            {known.kind === 'check' ? <CheckFigures check={known} /> : <PipelineFigures run={known} />}
            <div class="cards two">
              <StepsCard steps={known.steps} />
              <LimitsCard run={known} />
            </div>
          </div>
        )}
      </Loaded>
    </Page>
  );
}

type Run = OperationAnswer<'getCheck'>;

const pipelineOf = (run: Run) => (run.kind === 'pipeline' ? run.pipeline : undefined);

const Lead = ({ run }: { run: Run }) => (
  <>
    Begun <Moment at={run.createdAt} />
    {run.endedAt !== undefined && (
      <>
        , ended <Moment at={run.endedAt} />
      </>
    )}
    {run.kind === 'pipeline' && run.scheduledBy !== undefined && `, by the schedule ${run.scheduledBy.scheduleId}`}
    {run.reason !== undefined && <span class="bad"> {run.reason}</span>}
  </>
);
