import { useMemo } from 'preact/hooks';
import type { Comparison } from '../../contracts/comparisons.ts';
import { formats } from '../../pages/units.ts';
import { saveAnswer } from '../api/save-answer.ts';
import { useAction } from '../api/use-action.ts';
import { usePolled } from '../api/use-polled.ts';
import { Button } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { ErrorNote } from '../components/error-note.tsx';
import { Loaded } from '../components/loaded.tsx';
import { Moment } from '../components/moment.tsx';
import { Notice } from '../components/notice.tsx';
import { Page } from '../components/page.tsx';
import { Progress } from '../components/progress.tsx';
import { isUnderWay, StatusBadge } from '../load/test-state.tsx';
import { useAllowed, useApi } from '../session/session.tsx';
import { ComparisonResultCards } from './result-cards.tsx';

const everyMs = 1_000;

/** A comparison, watched as long as it goes on, and who won if anybody did. */
export default function ComparisonPage({ comparisonId }: { comparisonId: string }) {
  const api = useApi();
  const comparison = usePolled(
    (signal) => api.call('getComparison', { params: { comparisonId }, signal }),
    [comparisonId],
    { everyMs, until: (latest) => !isUnderWay(latest) },
  );
  const { data } = comparison;
  return (
    <Page
      title="Comparison"
      beside={data && <StatusBadge status={data.status} />}
      lead={data && <Lead of={data} />}
      actions={data && <Actions of={data} onCancelled={comparison.reload} />}
    >
      <Loaded of={comparison}>{(latest) => <Body of={latest} />}</Loaded>
    </Page>
  );
}

const Lead = ({ of: { createdAt, request, configurations } }: { of: Comparison }) => (
  <>
    <Moment at={createdAt} /> · {configurations.map(({ name }) => name).join(', ')} ·{' '}
    {request.arrivalRate === undefined
      ? formats.users(request.users ?? 10)
      : `${formats.perSecond(request.arrivalRate)} arrivals`}{' '}
    · {formats.duration(request.durationSeconds)} each
  </>
);

function Actions({ of, onCancelled }: { of: Comparison; onCancelled: () => void }) {
  const api = useApi();
  const { comparisonId, result } = of;
  const { reason } = useAllowed('cancelComparison');
  const cancel = useAction(async () => {
    await api.call('cancelComparison', { params: { comparisonId } });
    onCancelled();
  });
  const save = useAction(async () =>
    saveAnswer(await api.fetch('getComparisonReport', { params: { comparisonId } }), `comparison-${comparisonId}.html`),
  );
  return (
    <>
      <ErrorNote error={cancel.error ?? save.error} />
      {isUnderWay(of) ? (
        <Button tone="danger" disabledBecause={reason} isPending={cancel.isPending} onClick={() => cancel.run()}>
          Cancel the comparison
        </Button>
      ) : (
        result !== undefined && (
          <Button isPending={save.isPending} onClick={() => save.run()}>
            Save the report
          </Button>
        )
      )}
    </>
  );
}

function Body({ of }: { of: Comparison }) {
  const { status, reason, progressPercent, result } = of;
  // One that has ended is drawn once.
  const shown = useMemo(() => result, [JSON.stringify(result)]);
  return (
    <div class="cards">
      {isUnderWay(of) && (
        <Card title="Under way">
          <Progress label="How far the comparison is" percent={progressPercent}>
            {`${Math.floor(progressPercent)} %`}
          </Progress>
        </Card>
      )}
      {(status === 'failed' || status === 'cancelled') && (
        <Notice
          tone={status === 'failed' ? 'bad' : 'doubtful'}
          title={status === 'failed' ? 'The comparison failed.' : 'The comparison was cancelled.'}
        >
          {reason !== undefined && <p>{reason}</p>}
        </Notice>
      )}
      {shown !== undefined && <ComparisonResultCards result={shown} />}
    </div>
  );
}
