import { useLocation } from 'preact-iso/router';
import { usePolled } from '../../api/use-polled.ts';
import { Loaded } from '../../components/loaded.tsx';
import { Page } from '../../components/page.tsx';
import { useApi } from '../../session/session.tsx';
import { NewTestForm } from './new-test-form.tsx';

/** `?like=ID`: as that test was. */
export default function NewTestPage({ project }: { project: string }) {
  const api = useApi();
  const { like } = useLocation().query;
  const model = usePolled(
    async (signal) =>
      like === undefined
        ? undefined
        : (await api.call('getLoadTest', { params: { project, testId: like }, signal })).request,
    [project, like],
  );
  return (
    <Page title="Start a load test" lead={`Against the target of ${project}`}>
      {like === undefined ? (
        <NewTestForm project={project} />
      ) : (
        <Loaded of={model}>{(request) => <NewTestForm project={project} like={request} />}</Loaded>
      )}
    </Page>
  );
}
