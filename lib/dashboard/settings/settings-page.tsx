import { usePolled } from '../api/use-polled.ts';
import { Badge } from '../components/badge.tsx';
import { Card } from '../components/card.tsx';
import { Loaded } from '../components/loaded.tsx';
import { Page } from '../components/page.tsx';
import { Skeleton } from '../components/skeleton.tsx';
import { useApi } from '../session/session.tsx';
import { CallerCard } from './caller-card.tsx';
import { FunctionsTable } from './functions-table.tsx';
import { PartsTable } from './parts-table.tsx';
import { QueuesTable } from './queues-table.tsx';
import { SettingsTabs } from './settings-tabs.tsx';
import { StatusFigures } from './status-figures.tsx';
import { ThemeCard } from './theme-card.tsx';

const everyMs = 15_000;

/** The platform itself, and who looks at it. */
export default function SettingsPage() {
  const api = useApi();
  const status = usePolled((signal) => api.call('getStatus', { signal }), [], { everyMs });
  const { data } = status;
  return (
    <Page
      title="Settings and status"
      beside={data !== undefined && <Badge tone={data.status === 'up' ? 'good' : 'bad'}>{data.status}</Badge>}
      lead="How Headroom itself is, and who is signed in"
    >
      <SettingsTabs />
      <div class="cards">
        <Loaded of={status} skeleton={<Skeleton heightPx={560} />}>
          {(known) => (
            <>
              <StatusFigures status={known} />
              <div class="cards two">
                <Card title="Parts">
                  <PartsTable parts={known.parts} />
                </Card>
                <Card title="Queues">
                  <QueuesTable queues={known.queues} />
                </Card>
              </div>
              <Card title="Functions, over the last five minutes">
                <FunctionsTable functions={known.functions} />
              </Card>
            </>
          )}
        </Loaded>
        <div class="cards two">
          <CallerCard />
          <ThemeCard />
        </div>
      </div>
    </Page>
  );
}
