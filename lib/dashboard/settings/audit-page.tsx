import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import { saveAnswer } from '../api/save-answer.ts';
import { useAction } from '../api/use-action.ts';
import { usePages } from '../api/use-pages.ts';
import { Button } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { Empty } from '../components/empty.tsx';
import { ErrorNote } from '../components/error-note.tsx';
import { TextField } from '../components/fields.tsx';
import { Loaded } from '../components/loaded.tsx';
import { Page } from '../components/page.tsx';
import { Pager } from '../components/pager.tsx';
import { useAllowed, useApi } from '../session/session.tsx';
import { AuditTable } from './audit-table.tsx';
import { SettingsTabs } from './settings-tabs.tsx';

interface Filter {
  project?: string;
  actor?: string;
  operation?: string;
}

/** Who changed what. What it is narrowed down to is kept in the address. */
export default function AuditPage() {
  const api = useApi();
  const { query, path, route } = useLocation();
  const { reason } = useAllowed('listAudit');
  const filter = given({ project: query.project, actor: query.actor, operation: query.operation });
  const save = useAction(async () => {
    await saveAnswer(await api.fetch('exportAudit', { query: filter }), 'headroom-audit.ndjson');
  });
  return (
    <Page
      title="Audit trail"
      lead="Who changed what, when, and what came of it"
      actions={
        <Button disabledBecause={reason} isPending={save.isPending} onClick={() => save.run()}>
          Save the newest 1,000
        </Button>
      }
    >
      <SettingsTabs />
      <ErrorNote error={save.error} />
      <div class="cards">
        <FilterForm
          key={JSON.stringify(filter)}
          filter={filter}
          onFilter={(next) => {
            const parameters = new URLSearchParams({ ...given({ ...next }) });
            route(parameters.size === 0 ? path : `${path}?${parameters}`);
          }}
        />
        <Card title="The newest first">
          {reason === undefined ? <Records filter={filter} /> : <Empty title="You may not see it">{reason}</Empty>}
        </Card>
      </div>
    </Page>
  );
}

function Records({ filter }: { filter: Filter }) {
  const api = useApi();
  const records = usePages(
    (cursor, signal) => api.call('listAudit', { query: { ...filter, cursor }, signal }),
    [filter],
  );
  return (
    <>
      <Loaded of={records}>
        {(items) =>
          items.length === 0 && !records.hasMore ? (
            <Empty title="Nothing of that kind was changed" />
          ) : (
            <AuditTable records={items} />
          )
        }
      </Loaded>
      <Pager of={records} />
    </>
  );
}

function FilterForm({ filter, onFilter }: { filter: Filter; onFilter: (filter: Filter) => void }) {
  const [project, setProject] = useState(filter.project ?? '');
  const [actor, setActor] = useState(filter.actor ?? '');
  const [operation, setOperation] = useState(filter.operation ?? '');
  return (
    <form
      class="filters"
      onSubmit={(event) => {
        event.preventDefault();
        onFilter({ project, actor, operation });
      }}
    >
      <TextField label="Project" type="search" value={project} onValue={setProject} />
      <TextField label="Who" type="search" value={actor} onValue={setActor} />
      <TextField label="Operation" type="search" placeholder="putThresholds" value={operation} onValue={setOperation} />
      <Button type="submit">Show</Button>
    </form>
  );
}

/** Without what is empty. */
const given = (filter: Readonly<Record<keyof Filter, string | undefined>> | Filter): Filter =>
  Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined && value !== ''));
