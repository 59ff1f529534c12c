import { useMemo, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import type { LoadTest } from '../../../contracts/load.ts';
import { ApiError } from '../../api/api-error.ts';
import { useAction } from '../../api/use-action.ts';
import { usePolled } from '../../api/use-polled.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Chooser } from '../../components/chooser.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { TextField } from '../../components/fields.tsx';
import { useAllowed, useApi } from '../../session/session.tsx';
import { bodyOf, draftOf, emptyDraft, type LoadTestBody } from './draft.ts';
import { DraftFields } from './draft-fields.tsx';
import { EstimateCard } from './estimate.tsx';
import { useSettled } from './use-settled.ts';

const settledMs = 500;
const ways = [
  { value: 'form', label: 'Form' },
  { value: 'json', label: 'JSON' },
] as const;
type Way = (typeof ways)[number]['value'];

const written = (body: unknown): string => JSON.stringify(body, null, 2);

/** @throws with what is wrong, and where, as browsers tell it */
function parsed(text: string): LoadTestBody {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`This is no JSON: ${(cause as Error).message}.`, { cause });
  }
}

/** @param like a test that it begins as */
export function NewTestForm({ project, like }: { project: string; like?: LoadTest['request'] | undefined }) {
  const api = useApi();
  const { route } = useLocation();
  const begun = useMemo(() => (like === undefined ? emptyDraft : draftOf(like)), [like]);
  const [draft, setDraft] = useState(begun ?? emptyDraft);
  const [text, setText] = useState(written(like ?? {}));
  const [way, setWay] = useState<Way>(begun === undefined ? 'json' : 'form');
  const { reason } = useAllowed('startLoadTest');

  const asked = way === 'form' ? written(bodyOf(draft)) : text;
  const settled = useSettled(asked, settledMs);
  const estimate = usePolled(
    async (signal) => api.call('estimateLoadTest', { params: { project }, body: parsed(settled), signal }),
    [project, settled],
  );
  const start = useAction(async () => {
    const { testId } = await api.call('startLoadTest', { params: { project }, body: parsed(asked) });
    route(`/dashboard/projects/${project}/load-tests/${testId}`);
  });
  const faults = [start.error, estimate.error].flatMap((error) => (error instanceof ApiError ? error.errors : []));
  const faultOf = (path: string): string | undefined => faults.find((fault) => fault.path === path)?.message;
  const turn = (next: Way): void => {
    if (next === 'json') setText(asked);
    setWay(next);
    start.clear();
  };
  return (
    <form
      class="cards new-test"
      onSubmit={(event) => {
        event.preventDefault();
        void start.run();
      }}
    >
      <div class="way">
        <Chooser label="Written as" options={ways} value={way} onValue={turn} />
      </div>
      {way === 'form' ? (
        <DraftFields draft={draft} onDraft={setDraft} faultOf={faultOf} />
      ) : (
        <Card title="The request">
          <TextField
            label="As the API takes it"
            hint="Flows, captures, checks, data and all else that the form has no fields for; going back to the form leaves it"
            lines={24}
            fault={
              faults.length === 0 ? undefined : faults.map(({ path, message }) => `${path}: ${message}`).join('; ')
            }
            value={text}
            onValue={setText}
          />
        </Card>
      )}
      <EstimateCard project={project} of={estimate} />
      <ErrorNote error={start.error} />
      <div class="buttons">
        <Button onClick={() => route(`/dashboard/projects/${project}/load-tests`)}>Cancel</Button>
        <Button tone="primary" type="submit" disabledBecause={reason} isPending={start.isPending}>
          Start the test
        </Button>
      </div>
    </form>
  );
}
