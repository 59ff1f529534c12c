import type { Task } from '../../contracts/tasks.ts';
import { formats } from '../../pages/units.ts';
import { usePolled } from '../api/use-polled.ts';
import { Badge } from '../components/badge.tsx';
import { Card } from '../components/card.tsx';
import { Empty } from '../components/empty.tsx';
import { Loaded } from '../components/loaded.tsx';
import { Ago, Moment } from '../components/moment.tsx';
import { Page } from '../components/page.tsx';
import { Progress } from '../components/progress.tsx';
import { type Stat, Stats } from '../components/stats.tsx';
import { useApi } from '../session/session.tsx';
import { TaskActions } from './task-actions.tsx';
import { isUnderWay, taskTones } from './task-words.ts';

const everyMs = 2_000;

export default function TaskPage({ taskId }: { taskId: string }) {
  const api = useApi();
  const task = usePolled((signal) => api.call('getTask', { params: { taskId }, signal }), [taskId], {
    everyMs,
    until: (one) => !isUnderWay(one),
  });
  const { data } = task;
  return (
    <Page
      title={data === undefined ? 'Task' : data.type}
      beside={data !== undefined && <Badge tone={taskTones[data.status]}>{data.status}</Badge>}
      lead={
        <>
          <code>{taskId}</code>
          {data !== undefined && ` of ${data.project}`}
        </>
      }
      actions={data !== undefined && <TaskActions task={data} onDone={task.reload} />}
    >
      <Loaded of={task}>
        {(known) => (
          <div class="cards">
            {known.status === 'running' && <Progress label="Progress of the task" percent={known.progressPercent} />}
            <Stats of={statsOf(known)} />
            <div class="cards two">
              <Card title={known.status === 'failed' ? 'Why it failed' : 'Why the attempt before failed'}>
                {known.error === undefined ? <Empty title="No attempt failed" /> : <p class="bad">{known.error}</p>}
              </Card>
              <Card title="Result">
                {known.result === undefined ? (
                  <Empty title={isUnderWay(known) ? 'There is none yet' : 'There is none'} />
                ) : (
                  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
                  <section class="value" aria-label="The result" tabIndex={0}>
                    <pre>{JSON.stringify(known.result, null, 2)}</pre>
                  </section>
                )}
              </Card>
            </div>
          </div>
        )}
      </Loaded>
    </Page>
  );
}

function statsOf({ attempts, maxAttempts, priority, createdAt, runAt, startedAt, notBefore, endedAt }: Task): Stat[] {
  const at = (label: string, time: string | undefined): Stat[] =>
    time === undefined ? [] : [{ label, value: <Moment at={time} /> }];
  return [
    { label: 'Attempts', value: formats.count(attempts), note: `of ${formats.count(maxAttempts)}` },
    { label: 'Priority', value: priority },
    { label: 'Given', value: <Moment at={createdAt} />, note: <Ago at={createdAt} /> },
    ...at('Not before', endedAt === undefined ? runAt : undefined),
    ...at('Begun', startedAt),
    ...at('Next attempt', endedAt === undefined ? notBefore : undefined),
    ...at('Ended', endedAt),
  ];
}
