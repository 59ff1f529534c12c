import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import { usePages } from '../api/use-pages.ts';
import { Button } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { Empty } from '../components/empty.tsx';
import { Loaded } from '../components/loaded.tsx';
import { Page } from '../components/page.tsx';
import { Pager } from '../components/pager.tsx';
import { useAllowed, useApi } from '../session/session.tsx';
import { TestsTable } from './tests-table.tsx';
import { useTestDetails } from './use-test-details.ts';

const perPage = 15;

export default function LoadTestsPage({ project }: { project: string }) {
  const api = useApi();
  const { route } = useLocation();
  const tests = usePages(
    (cursor, signal) => api.call('listLoadTests', { params: { project }, query: { cursor, limit: perPage }, signal }),
    [project],
  );
  const details = useTestDetails(project, tests.data ?? []);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const { reason } = useAllowed('startLoadTest');
  const base = `/dashboard/projects/${project}/load-tests`;
  const [a, b] = chosen;
  const actions = (
    <>
      <Button
        disabledBecause={b === undefined ? 'Choose two tests in the list first.' : undefined}
        onClick={() => route(`${base}/compare?a=${a}&b=${b}`)}
      >
        Compare two runs
      </Button>
      <Button icon="add" tone="primary" disabledBecause={reason} onClick={() => route(`${base}/new`)}>
        Start a load test
      </Button>
    </>
  );
  return (
    <Page title="Load tests" lead="What the service bears, and how fast it is under load" actions={actions}>
      <Card title="All load tests">
        <Loaded of={tests}>
          {(items) =>
            items.length === 0 ? (
              <Empty title="There is no load test yet">
                <p>
                  A load test sends many requests to the service from a fleet of workers, and measures how it bears
                  them.
                </p>
              </Empty>
            ) : (
              <TestsTable
                rows={items.map((summary) => ({ summary, test: details.data?.get(summary.testId) }))}
                chosen={chosen}
                onChosen={setChosen}
              />
            )
          }
        </Loaded>
        <Pager of={tests} />
      </Card>
    </Page>
  );
}
