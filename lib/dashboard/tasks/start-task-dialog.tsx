import { useState } from 'preact/hooks';
import type { OperationRequest } from '../../contracts/routes.ts';
import type { TaskPriority, TaskType } from '../../contracts/tasks.ts';
import { ApiError } from '../api/api-error.ts';
import { useAction } from '../api/use-action.ts';
import { ActionForm } from '../components/action-form.tsx';
import { Dialog } from '../components/dialog.tsx';
import { NumberField, SelectField, TextField } from '../components/fields.tsx';
import { useApi } from '../session/session.tsx';
import { useProjectOfPath } from '../shell/use-project-of-path.ts';
import { payloadTemplate } from './payload-templates.ts';
import { taskPriorities, taskTypes } from './task-kinds.evaluated.ts';

interface StartTaskDialogProps {
  isOpen: boolean;
  onClose: () => void;
  onStarted: (taskId: string) => void;
}

export const StartTaskDialog = ({ isOpen, ...rest }: StartTaskDialogProps) => (
  <Dialog title="Start a task" isOpen={isOpen} onClose={rest.onClose}>
    <Inside {...rest} />
  </Dialog>
);

type TaskBody = OperationRequest<'startTask'>['body'];

const typeFields = taskTypes.map((value) => ({ value, label: value }));
const priorityFields = taskPriorities.map((value) => ({ value, label: value }));

function Inside({ onClose, onStarted }: Omit<StartTaskDialogProps, 'isOpen'>) {
  const api = useApi();
  const project = useProjectOfPath() ?? 'shop';
  const [type, setType] = useState<TaskType>('analysis');
  const [payload, setPayload] = useState(() => payloadTemplate('analysis', project));
  const [priority, setPriority] = useState<TaskPriority>('normal');
  const [maxAttempts, setMaxAttempts] = useState<number | undefined>(3);
  const [runAt, setRunAt] = useState('');
  const start = useAction(async () => {
    const body = {
      type,
      payload: parsed(payload),
      priority,
      maxAttempts,
      ...(runAt === '' ? {} : { runAt: new Date(runAt).toISOString() }),
    };
    // The API says what is wrong with a payload.
    const { taskId } = await api.call('startTask', { body: body as TaskBody });
    onClose();
    onStarted(taskId);
  });
  return (
    <ActionForm action={start} submit="Start the task" onCancel={onClose}>
      <div class="fields two">
        <SelectField
          label="Type"
          options={typeFields}
          value={type}
          onValue={(next) => {
            setType(next);
            setPayload(payloadTemplate(next, project));
            start.clear();
          }}
        />
        <SelectField label="Priority" options={priorityFields} value={priority} onValue={setPriority} />
      </div>
      <TextField
        label="What it is given, as JSON"
        fault={payloadFault(start.error)}
        lines={9}
        value={payload}
        onValue={setPayload}
      />
      <div class="fields two">
        <TextField
          label="Not before"
          type="datetime-local"
          hint="Empty: at once"
          fault={start.faultOf('body.runAt')}
          value={runAt}
          onValue={setRunAt}
        />
        <NumberField
          label="Attempts, at most"
          min={1}
          max={10}
          required
          fault={start.faultOf('body.maxAttempts')}
          value={maxAttempts}
          onValue={setMaxAttempts}
        />
      </div>
    </ActionForm>
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`What it is given is no JSON: ${(error as Error).message}`);
  }
}

const inPayload = /^body\.payload(?:\.(.+))?$/;

/** All that is wrong with the payload: `metrics.0: must be one of ...`. */
function payloadFault(error: Error | undefined): string | undefined {
  if (!(error instanceof ApiError)) return undefined;
  const faults = error.errors.flatMap(({ path, message }) => {
    const found = inPayload.exec(path);
    if (found === null) return [];
    return [found[1] === undefined ? message : `${found[1]}: ${message}`];
  });
  return faults.length === 0 ? undefined : faults.join('; ');
}
