import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import { useAction } from '../api/use-action.ts';
import { usePolled } from '../api/use-polled.ts';
import { Button } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { Chooser } from '../components/chooser.tsx';
import { Empty } from '../components/empty.tsx';
import { ErrorNote } from '../components/error-note.tsx';
import { NumberField } from '../components/fields.tsx';
import { Loaded } from '../components/loaded.tsx';
import { Page } from '../components/page.tsx';
import { firstRow } from '../load/new-test/draft.ts';
import { modelHints, models } from '../load/new-test/level-fields.ts';
import { RequestRows } from '../load/new-test/request-rows.tsx';
import { useAllowed, useApi } from '../session/session.tsx';
import { type ComparisonDraft, comparisonBodyOf, configurationRow } from './comparison-draft.ts';
import { ConfigurationRows } from './configuration-rows.tsx';

/** As many as one page of the API holds. */
const maxProjects = 200;

export default function NewComparisonPage() {
  const api = useApi();
  const projects = usePolled(async (signal) => {
    const { items } = await api.call('listProjects', { query: { limit: maxProjects }, signal });
    return items.map(({ project }) => project);
  }, []);
  return (
    <Page title="Start a comparison" lead="Which is faster, under the same load, and by how much for certain">
      <Loaded of={projects}>
        {(names) =>
          names.length === 0 ? (
            <Empty title="There is no project yet">
              <p>
                Register one under <a href="/dashboard">Projects</a> first.
              </p>
            </Empty>
          ) : (
            <NewComparisonForm projects={names} />
          )
        }
      </Loaded>
    </Page>
  );
}

const numberFields = [
  ['durationSeconds', { label: 'Duration of each', unit: 's', hint: 'Empty: 60', min: 10 }],
  ['sliceSeconds', { label: 'Slice', unit: 's', hint: 'Empty: so that there are ten rounds', min: 1 }],
  ['thinkTimeMs', { label: 'Think time of a user', unit: 'ms', hint: 'Empty: 0', min: 0 }],
  ['marginPercent', { label: 'A winner is ahead by', unit: '%', hint: 'Empty: 3', min: 0 }],
] as const;

function NewComparisonForm({ projects }: { projects: readonly string[] }) {
  const api = useApi();
  const { route } = useLocation();
  const { reason } = useAllowed('startComparison');
  const [draft, setDraft] = useState<ComparisonDraft>({
    configurations: [0, 1].map((index) => configurationRow(index, projects[index] ?? projects[0] ?? '')),
    rows: [firstRow],
    model: 'users',
    users: undefined,
    arrivalRate: undefined,
    durationSeconds: undefined,
    sliceSeconds: undefined,
    thinkTimeMs: undefined,
    marginPercent: undefined,
  });
  const set = (change: Partial<ComparisonDraft>): void => setDraft({ ...draft, ...change });
  const start = useAction(async () => {
    const { comparisonId } = await api.call('startComparison', { body: comparisonBodyOf(draft) });
    route(`/dashboard/comparisons/${comparisonId}`);
  });
  const { model } = draft;
  return (
    <form
      class="cards new-test"
      onSubmit={(event) => {
        event.preventDefault();
        void start.run();
      }}
    >
      <Card title="Configurations">
        <ConfigurationRows
          projects={projects}
          rows={draft.configurations}
          onRows={(configurations) => set({ configurations })}
          faultOf={start.faultOf}
        />
      </Card>
      <Card title="Requests">
        <RequestRows rows={draft.rows} onRows={(rows) => set({ rows })} faultOf={start.faultOf} />
      </Card>
      <Card
        title="Load"
        actions={
          <Chooser label="Load given by" options={models} value={model} onValue={(chosen) => set({ model: chosen })} />
        }
      >
        <p class="hint">{modelHints[model]}</p>
        <div class="fields levels">
          {model === 'users' ? (
            <NumberField
              label="Users"
              hint="Empty: 10"
              min={1}
              step={1}
              fault={start.faultOf('body.users')}
              value={draft.users}
              onValue={(users) => set({ users })}
            />
          ) : (
            <NumberField
              label="Arrivals"
              unit="a second"
              min={0}
              step="any"
              required
              fault={start.faultOf('body.arrivalRate')}
              value={draft.arrivalRate}
              onValue={(arrivalRate) => set({ arrivalRate })}
            />
          )}
          {numberFields.map(([name, field]) => (
            <NumberField
              key={name}
              {...field}
              step="any"
              fault={start.faultOf(`body.${name}`)}
              value={draft[name]}
              onValue={(value) => set({ [name]: value })}
            />
          ))}
        </div>
      </Card>
      <ErrorNote error={start.error} />
      <div class="buttons">
        <Button onClick={() => route('/dashboard/comparisons')}>Cancel</Button>
        <Button tone="primary" type="submit" disabledBecause={reason} isPending={start.isPending}>
          Start the comparison
        </Button>
      </div>
    </form>
  );
}
