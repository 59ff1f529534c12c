import { saveAnswer } from '../../api/save-answer.ts';
import { useAction } from '../../api/use-action.ts';
import { Button } from '../../components/button.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { useApi } from '../../session/session.tsx';

/** What was kept of AWS resources, for `headroom/cdk` to read: else the next deployment of the stack would undo it. */
export function ExportButton({ project }: { project: string }) {
  const api = useApi();
  const save = useAction(async () =>
    saveAnswer(await api.fetch('exportOptimizations', { params: { project } }), 'headroom-optimizations.json'),
  );
  return (
    <>
      <ErrorNote error={save.error} />
      <Button isPending={save.isPending} onClick={() => save.run()}>
        Export for CDK
      </Button>
    </>
  );
}
