import { useState } from 'preact/hooks';
import { usePolled } from '../api/use-polled.ts';
import { Button } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { Empty } from '../components/empty.tsx';
import { Loaded } from '../components/loaded.tsx';
import { Page } from '../components/page.tsx';
import { useAllowed, useApi } from '../session/session.tsx';
import { projectsOverview } from './projects-overview.ts';
import { ProjectsTable } from './projects-table.tsx';
import { RegisterDialog } from './register-dialog.tsx';

const everyMs = 15_000;

export default function OverviewPage() {
  const api = useApi();
  const overview = usePolled((signal) => projectsOverview(api, signal), [], { everyMs });
  const [isRegistering, setIsRegistering] = useState(false);
  const { reason } = useAllowed('putProject');
  const register = (
    <Button icon="add" tone="primary" disabledBecause={reason} onClick={() => setIsRegistering(true)}>
      Register a project
    </Button>
  );
  return (
    <Page title="Projects" lead="The last five minutes of every service" actions={register}>
      <Card title="All projects">
        <Loaded of={overview}>
          {(rows) =>
            rows.length === 0 ? (
              <Empty title="There is no project yet">
                <p>A project is an HTTP service. Register one, then check it, test it, or let it report from inside.</p>
              </Empty>
            ) : (
              <ProjectsTable rows={rows} />
            )
          }
        </Loaded>
      </Card>
      <RegisterDialog isOpen={isRegistering} onClose={() => setIsRegistering(false)} onRegistered={overview.reload} />
    </Page>
  );
}
