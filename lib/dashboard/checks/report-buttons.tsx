import type { OperationAnswer } from '../../contracts/routes.ts';
import { saveAnswer } from '../api/save-answer.ts';
import { useAction } from '../api/use-action.ts';
import { Button } from '../components/button.tsx';
import { useToast } from '../components/toast.tsx';
import { useApi } from '../session/session.tsx';

type Run = OperationAnswer<'getCheck'>;

const formats = {
  check: [{ format: 'junit', label: 'JUnit XML', ending: 'xml' }],
  pipeline: [
    { format: 'html', label: 'Report', ending: 'html' },
    { format: 'json', label: 'Report as JSON', ending: 'json' },
  ],
} as const;

/** What ended, as files. */
export const ReportButtons = ({ run }: { run: Run }) =>
  run.status === 'skipped'
    ? null
    : formats[run.kind].map((one) => <ReportButton key={one.format} run={run} {...one} />);

interface ReportButtonProps {
  run: Run;
  format: 'junit' | 'html' | 'json';
  label: string;
  ending: string;
}

function ReportButton({ run: { project, checkId }, format, label, ending }: ReportButtonProps) {
  const api = useApi();
  const tell = useToast();
  const save = useAction(async () => {
    try {
      const answer = await api.fetch('getCheckReport', { params: { project, checkId }, query: { format } });
      await saveAnswer(answer, `${project}-${checkId}.${ending}`);
    } catch (error) {
      tell((error as Error).message, 'bad');
    }
  });
  return (
    <Button isPending={save.isPending} onClick={() => save.run()}>
      {label}
    </Button>
  );
}
