import { saveAnswer } from '../../api/save-answer.ts';
import { useAction } from '../../api/use-action.ts';
import { Button } from '../../components/button.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { useApi } from '../../session/session.tsx';

const formats = [
  { format: 'html', label: 'Save the report', ending: 'html' },
  { format: 'junit', label: 'JUnit', ending: 'xml' },
  { format: 'json', label: 'JSON', ending: 'json' },
] as const;

/** As files: the page of a report runs scripts of its own, which the policy of this one does not let in. */
export function ReportButtons({ project, testId }: { project: string; testId: string }) {
  const api = useApi();
  const save = useAction(async ({ format, ending }: (typeof formats)[number]) => {
    const answer = await api.fetch('getLoadTestReport', { params: { project, testId }, query: { format } });
    await saveAnswer(answer, `load-test-${testId}.${ending}`);
  });
  return (
    <>
      <ErrorNote error={save.error} />
      {formats.map((one) => (
        <Button key={one.format} isPending={save.isPending} onClick={() => save.run(one)}>
          {one.label}
        </Button>
      ))}
    </>
  );
}
