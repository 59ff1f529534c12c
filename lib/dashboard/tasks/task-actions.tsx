import type { Task } from '../../contracts/tasks.ts';
import { saveAnswer } from '../api/save-answer.ts';
import { useAction } from '../api/use-action.ts';
import { Button } from '../components/button.tsx';
import { useToast } from '../components/toast.tsx';
import { useAllowed, useApi } from '../session/session.tsx';
import { isUnderWay } from './task-words.ts';

/** What may be done with a task as it stands. */
export function TaskActions({ task, onDone }: { task: Task; onDone: () => void }) {
  const api = useApi();
  const tell = useToast();
  const { reason } = useAllowed('cancelTask');
  const { taskId, status, type, result } = task;
  const params = { taskId };
  const act = useAction(async (what: () => Promise<unknown>) => {
    try {
      await what();
      onDone();
    } catch (error) {
      tell((error as Error).message, 'bad');
    }
  });
  const save = async (): Promise<void> => {
    const answer = await api.fetch('getTaskOutput', { params });
    const isJson = answer.headers.get('content-type')?.includes('json') ?? false;
    await saveAnswer(answer, `${taskId}.${isJson ? 'json' : 'csv'}`);
  };
  const cancel = async (): Promise<void> => {
    await api.call('cancelTask', { params });
    tell('The task is cancelled.');
  };
  const retry = async (): Promise<void> => {
    await api.call('retryTask', { params });
    tell('The task is carried out once more.');
  };
  return (
    <>
      {type === 'export' && result !== undefined && (
        <Button isPending={act.isPending} onClick={() => act.run(save)}>
          Save the export
        </Button>
      )}
      {isUnderWay(task) && (
        <Button tone="danger" disabledBecause={reason} isPending={act.isPending} onClick={() => act.run(cancel)}>
          Cancel the task
        </Button>
      )}
      {(status === 'failed' || status === 'cancelled') && (
        <Button tone="primary" disabledBecause={reason} isPending={act.isPending} onClick={() => act.run(retry)}>
          Carry it out again
        </Button>
      )}
    </>
  );
}
