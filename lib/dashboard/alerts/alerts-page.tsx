import type { AlertType } from '../../contracts/alerts.ts';
import { usePages } from '../api/use-pages.ts';
import { usePolled } from '../api/use-polled.ts';
import { Card } from '../components/card.tsx';
import { Chooser } from '../components/chooser.tsx';
import { Empty } from '../components/empty.tsx';
import { SelectField } from '../components/fields.tsx';
import { Loaded } from '../components/loaded.tsx';
import { Page } from '../components/page.tsx';
import { Pager } from '../components/pager.tsx';
import { useApi } from '../session/session.tsx';
import { useFilter } from '../shell/use-filter.ts';
import { alertTypes, severities } from './alert-kinds.evaluated.ts';
import { AlertsTable } from './alerts-table.tsx';
import { AlertsTabs } from './alerts-tabs.tsx';
import { listAlerts } from './list-alerts.ts';
import { SeverityCounts } from './severity-counts.tsx';

const everyMs = 15_000;
const states = [
  { value: 'open', label: 'Open' },
  { value: 'resolved', label: 'Resolved' },
] as const;
const any = 'any';
const severityOptions = [any, ...severities] as const;
const typeOptions: readonly (AlertType | typeof any)[] = [any, ...alertTypes];
const severityFields = severityOptions.map((value) => ({ value, label: value === any ? 'Any severity' : value }));
const typeFields = typeOptions.map((value) => ({ value, label: value === any ? 'Any type' : value }));

/** @param project undefined: the alerts of all projects, and of Headroom itself */
export default function AlertsPage({ project }: { project?: string }) {
  const [state, chooseState] = useFilter('state', ['open', 'resolved'], 'open');
  const [severity, chooseSeverity] = useFilter('severity', severityOptions, any);
  const [type, chooseType] = useFilter('type', typeOptions, any);
  const filter = {
    project,
    ...(severity === any ? {} : { severity }),
    ...(type === any ? {} : { type }),
  };
  return (
    <Page
      title="Alerts"
      lead={project === undefined ? 'Of all projects, and of Headroom itself' : `Of ${project}`}
      actions={<Chooser label="State" options={states} value={state} onValue={chooseState} />}
    >
      <AlertsTabs project={project} />
      <div class="cards">
        <div class="filters">
          <SelectField label="Severity" options={severityFields} value={severity} onValue={chooseSeverity} />
          <SelectField label="Type" options={typeFields} value={type} onValue={chooseType} />
        </div>
        {state === 'open' ? <OpenAlerts {...filter} /> : <ResolvedAlerts {...filter} />}
      </div>
    </Page>
  );
}

type Filter = Omit<Parameters<typeof listAlerts>[1], 'resolved' | 'limit' | 'cursor'>;

/** As many as one page of the API holds: who has more has other worries. */
const mostOpen = 200;

function OpenAlerts(filter: Filter) {
  const api = useApi();
  const alerts = usePolled(
    async (signal) => (await listAlerts(api, { ...filter, resolved: 'false', limit: mostOpen }, signal)).items,
    [filter],
    { everyMs },
  );
  return (
    <Loaded of={alerts}>
      {(items) => (
        <>
          <SeverityCounts alerts={items} />
          <Card title="Open alerts">
            {items.length === 0 ? (
              <Empty title="No alert is open">
                Services are watched each minute, by the thresholds of their project.
              </Empty>
            ) : (
              <AlertsTable caption="Open alerts" alerts={items} project={filter.project} />
            )}
          </Card>
        </>
      )}
    </Loaded>
  );
}

function ResolvedAlerts(filter: Filter) {
  const api = useApi();
  const alerts = usePages(
    (cursor, signal) => listAlerts(api, { ...filter, resolved: 'true', limit: 50, cursor }, signal),
    [filter],
  );
  return (
    <Card title="Resolved alerts">
      <Loaded of={alerts}>
        {(items) =>
          items.length === 0 && !alerts.hasMore ? (
            <Empty title="None was resolved" />
          ) : (
            <AlertsTable caption="Resolved alerts" alerts={items} project={filter.project} />
          )
        }
      </Loaded>
      <Pager of={alerts} />
    </Card>
  );
}
