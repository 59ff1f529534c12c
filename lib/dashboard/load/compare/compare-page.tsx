import { useLocation } from 'preact-iso/router';
import type { LoadTest } from '../../../contracts/load.ts';
import { usePolled } from '../../api/use-polled.ts';
import { Empty } from '../../components/empty.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Page } from '../../components/page.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { useApi } from '../../session/session.tsx';
import { ComparedRuns } from './compared-runs.tsx';

/** `?a=ID&b=ID`. */
export default function ComparePage({ project }: { project: string }) {
  const { a, b } = useLocation().query;
  return (
    <Page title="Two runs compared" lead="What changed from A to B">
      {a === undefined || b === undefined ? (
        <Empty title="Choose two runs">
          <p>
            In the <a href={`/dashboard/projects/${project}/load-tests`}>list of load tests</a>.
          </p>
        </Empty>
      ) : (
        <Runs project={project} a={a} b={b} />
      )}
    </Page>
  );
}

function Runs({ project, a, b }: { project: string; a: string; b: string }) {
  const api = useApi();
  const both = usePolled(
    (signal): Promise<[LoadTest, LoadTest]> => {
      const get = (testId: string) => api.call('getLoadTest', { params: { project, testId }, signal });
      return Promise.all([get(a), get(b)]);
    },
    [project, a, b],
  );
  return (
    <Loaded of={both} skeleton={<Skeleton heightPx={480} />}>
      {([first, second]) => <ComparedRuns project={project} a={first} b={second} />}
    </Loaded>
  );
}
