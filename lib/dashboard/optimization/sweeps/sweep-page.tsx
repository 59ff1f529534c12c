import { useMemo } from 'preact/hooks';
import type { MemorySweep, MemorySweepCurve } from '../../../contracts/memory-sweeps.ts';
import { useAction } from '../../api/use-action.ts';
import { usePolled } from '../../api/use-polled.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { figureColumn } from '../../components/figure-column.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Moment } from '../../components/moment.tsx';
import { Notice } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { Progress } from '../../components/progress.tsx';
import { Stats } from '../../components/stats.tsx';
import { PlotFigure } from '../../plots/plot-figure.tsx';
import { useAllowed, useApi } from '../../session/session.tsx';
import { sweepPlots } from './sweep-plots.ts';
import { SweepBadge } from './sweep-state.tsx';

const everyMs = 1_000;

/** A memory sweep, watched as long as it goes on, and which size to take. */
export default function SweepPage({ project, sweepId }: { project: string; sweepId: string }) {
  const api = useApi();
  const params = { project, sweepId };
  const sweep = usePolled((signal) => api.call('getMemorySweep', { params, signal }), [project, sweepId], {
    everyMs,
    until: ({ status }) => status !== 'running',
  });
  const cancel = useAction(async () => {
    await api.call('cancelMemorySweep', { params });
    sweep.reload();
  });
  const { reason } = useAllowed('cancelMemorySweep');
  const { data } = sweep;
  return (
    <Page
      title={data === undefined ? 'Memory sweep' : `Memory sweep of ${data.function}`}
      beside={data && <SweepBadge status={data.status} />}
      lead={
        data && (
          <>
            <Moment at={data.createdAt} /> · asked for by {data.requestedBy.name} · it had {data.presentMb} MB
          </>
        )
      }
      actions={
        data?.status === 'running' && (
          <Button disabledBecause={reason} isPending={cancel.isPending} onClick={() => cancel.run()}>
            Break it off
          </Button>
        )
      }
    >
      <ErrorNote error={cancel.error} />
      <Loaded of={sweep}>{(latest) => <Body sweep={latest} />}</Loaded>
    </Page>
  );
}

function Body({ sweep: { status, progressPercent, problems, result } }: { sweep: MemorySweep }) {
  return (
    <div class="cards">
      {status === 'running' && (
        <Card title="Under way">
          <Progress label="How far the sweep is" percent={progressPercent}>
            {`${Math.floor(progressPercent)} %`}
          </Progress>
        </Card>
      )}
      {problems.length > 0 && (
        <Notice tone={status === 'failed' ? 'bad' : 'doubtful'} title="What went wrong">
          <ul>
            {problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        </Notice>
      )}
      {result !== undefined && <Curve of={result} />}
    </div>
  );
}

const columns: readonly Column<MemorySweepCurve['curve'][number]>[] = [
  figureColumn('Memory', 'mb', ({ memoryMb }) => memoryMb),
  figureColumn('Mean', 'ms', ({ meanDurationMs }) => meanDurationMs),
  figureColumn('A million cost', 'usd', ({ usdPerMillion }) => usdPerMillion),
  figureColumn('Used at most', 'mb', ({ maxMemoryUsedMb }) => maxMemoryUsedMb),
  figureColumn('Warm', 'count', ({ invocations }) => invocations),
  figureColumn('Cold', 'count', ({ coldStarts }) => coldStarts),
  figureColumn('Init', 'ms', ({ meanInitMs }) => meanInitMs),
];

function Curve({ of: curve }: { of: MemorySweepCurve }) {
  const plots = useMemo(() => sweepPlots(curve), [JSON.stringify(curve)]);
  const choices = [
    ['Balanced', curve.balanced],
    ['Cheapest', curve.cheapest],
    ['Fastest', curve.fastest],
  ] as const;
  return (
    <>
      <Stats
        of={choices.map(([label, choice]) => ({
          label,
          value: choice && `${choice.memoryMb} MB`,
          note: choice?.reason,
        }))}
      />
      {plots.length > 0 && (
        <Card title="By memory">
          <div class="plots two">
            {plots.map((plot) => (
              <PlotFigure key={plot.name} plot={plot} />
            ))}
          </div>
        </Card>
      )}
      <Card title="Each size">
        <DataTable caption="Sizes" columns={columns} rows={curve.curve} rowKey={({ memoryMb }) => String(memoryMb)} />
      </Card>
    </>
  );
}
