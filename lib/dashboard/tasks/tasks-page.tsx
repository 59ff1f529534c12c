import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import { usePages } from '../api/use-pages.ts';
import { useReloads } from '../api/use-reloads.ts';
import { Button } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { Empty } from '../components/empty.tsx';
import { SelectField } from '../components/fields.tsx';
import { Loaded } from '../components/loaded.tsx';
import { Page } from '../components/page.tsx';
import { Pager } from '../components/pager.tsx';
import { useAllowed, useApi } from '../session/session.tsx';
import { useFilter } from '../shell/use-filter.ts';
import { QueueCard } from './queue-card.tsx';
import { StartTaskDialog } from './start-task-dialog.tsx';
import { taskPriorities, taskStatuses, taskTypes } from './task-kinds.evaluated.ts';
import { TasksTable } from './tasks-table.tsx';
import { TasksTabs } from './tasks-tabs.tsx';

const everyMs = 5_000;
const pageItems = 50;
const any = 'any';

const fieldsOf = <Value extends string>(values: readonly Value[], label: string) => [
  { value: any as Value | typeof any, label },
  ...values.map((value) => ({ value, label: value })),
];

export default function TasksPage() {
  const api = useApi();
  const { route } = useLocation();
  const [status, chooseStatus] = useFilter('status', [any, ...taskStatuses], any);
  const [type, chooseType] = useFilter('type', [any, ...taskTypes], any);
  const [priority, choosePriority] = useFilter('priority', [any, ...taskPriorities], any);
  const filter = {
    ...(status === any ? {} : { status }),
    ...(type === any ? {} : { type }),
    ...(priority === any ? {} : { priority }),
  };
  const tasks = usePages(
    (cursor, signal) => api.call('listTasks', { query: { ...filter, limit: pageItems, cursor }, signal }),
    [filter],
  );
  useReloads(tasks, { everyMs, pageItems, isWanted: true });
  const [isStarting, setIsStarting] = useState(false);
  const { reason } = useAllowed('startTask');
  return (
    <Page
      title="Tasks"
      lead="Work that Headroom carries out in the background"
      actions={
        <Button tone="primary" disabledBecause={reason} onClick={() => setIsStarting(true)}>
          Start a task
        </Button>
      }
    >
      <TasksTabs />
      <div class="cards">
        <QueueCard />
        <Card title="The newest first">
          <div class="filters">
            <SelectField
              label="Status"
              options={fieldsOf(taskStatuses, 'Any status')}
              value={status}
              onValue={chooseStatus}
            />
            <SelectField label="Type" options={fieldsOf(taskTypes, 'Any type')} value={type} onValue={chooseType} />
            <SelectField
              label="Priority"
              options={fieldsOf(taskPriorities, 'Any priority')}
              value={priority}
              onValue={choosePriority}
            />
          </div>
          <Loaded of={tasks}>
            {(items) =>
              items.length === 0 && !tasks.hasMore ? (
                <Empty title="There are no such tasks" />
              ) : (
                <TasksTable tasks={items} />
              )
            }
          </Loaded>
          <Pager of={tasks} />
        </Card>
      </div>
      <StartTaskDialog
        isOpen={isStarting}
        onClose={() => setIsStarting(false)}
        onStarted={(taskId) => route(`/dashboard/tasks/${taskId}`)}
      />
    </Page>
  );
}
