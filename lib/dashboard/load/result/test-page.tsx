import { useMemo } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import type { LoadTest } from '../../../contracts/load.ts';
import { loadInWords, testKind, workersInWords } from '../../../pages/load-words.ts';
import { formats } from '../../../pages/units.ts';
import { useAction } from '../../api/use-action.ts';
import { usePolled } from '../../api/use-polled.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Moment } from '../../components/moment.tsx';
import { Page } from '../../components/page.tsx';
import { Progress } from '../../components/progress.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { useAllowed, useApi } from '../../session/session.tsx';
import { isUnderWay, StatusBadge } from '../test-state.tsx';
import { ReportButtons } from './report-buttons.tsx';
import { RequestCard } from './request-card.tsx';
import { ResultCards } from './result-cards.tsx';
import { TestNotices } from './test-notices.tsx';

const everyMs = 1_000;

/** A test, watched as long as it goes on, and what it found. */
export default function TestPage({ project, testId }: { project: string; testId: string }) {
  const api = useApi();
  const test = usePolled(
    (signal) => api.call('getLoadTest', { params: { project, testId }, signal }),
    [project, testId],
    {
      everyMs,
      until: (latest) => !isUnderWay(latest),
    },
  );
  const { data } = test;
  return (
    <Page
      title={data === undefined ? 'Load test' : testKind(data.kind)}
      beside={data && <StatusBadge status={data.status} />}
      lead={data && <Lead of={data} />}
      actions={data && <TestActions test={data} onCancelled={test.reload} />}
    >
      <Loaded of={test} skeleton={<Skeleton heightPx={480} />}>
        {(latest) => <TestBody test={latest} />}
      </Loaded>
    </Page>
  );
}

const Lead = ({ of: { startedAt, createdAt, request, result, testId } }: { of: LoadTest }) => (
  <>
    <Moment at={startedAt ?? createdAt} /> · {loadInWords(request)}
    {result !== undefined && ` · ${workersInWords(result.generator.workers)}`}
    {result !== undefined && ` · ${formats.duration(Math.round(result.actualDurationSeconds))}`} · <code>{testId}</code>
  </>
);

function TestActions({ test, onCancelled }: { test: LoadTest; onCancelled: () => void }) {
  const api = useApi();
  const { route } = useLocation();
  const { project, testId, kind } = test;
  const { reason } = useAllowed('cancelLoadTest');
  const cancel = useAction(async () => {
    await api.call('cancelLoadTest', { params: { project, testId } });
    onCancelled();
  });
  if (isUnderWay(test)) {
    return (
      <>
        <ErrorNote error={cancel.error} />
        <Button tone="danger" disabledBecause={reason} isPending={cancel.isPending} onClick={() => cancel.run()}>
          Cancel the test
        </Button>
      </>
    );
  }
  return (
    <>
      {kind !== 'comparison' && (
        <Button onClick={() => route(`/dashboard/projects/${project}/load-tests/new?like=${testId}`)}>
          Run it again
        </Button>
      )}
      {test.result !== undefined && <ReportButtons project={project} testId={testId} />}
    </>
  );
}

function TestBody({ test }: { test: LoadTest }) {
  const { result, progressPercent, phase, status } = test;
  // A test that has ended is drawn once.
  const shown = useMemo(() => result, [JSON.stringify(result)]);
  return (
    <div class="cards">
      {isUnderWay(test) && (
        <Card title={status === 'queued' ? 'It begins as soon as its workers are there' : 'Under way'}>
          <Progress label="How far the test is" percent={progressPercent}>
            {[`${Math.floor(progressPercent)} %`, phase].filter(Boolean).join(' · ')}
          </Progress>
        </Card>
      )}
      <TestNotices test={test} />
      {shown === undefined ? (
        isUnderWay(test) && <Skeleton heightPx={320} />
      ) : (
        <ResultCards result={shown} isFinal={!isUnderWay(test)} />
      )}
      <RequestCard request={test.request} />
    </div>
  );
}
