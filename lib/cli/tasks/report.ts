import { decimal } from '../../contracts/figures.ts';
import type { Task, TasksStatus } from '../../contracts/tasks.ts';
import type { Look } from '../terminal.ts';
import { textTable } from '../text-table.ts';

const minute = (at: string): string => at.slice(0, 16).replace('T', ' ');

const stateOf = ({ status, progressPercent }: Task): string =>
  status === 'running' && progressPercent !== undefined ? `running, ${Math.round(progressPercent)} %` : status;

/** The newest first, as they were answered. Times are UTC. */
export function taskLines(tasks: readonly Task[], { colours, width }: Look): string[] {
  if (tasks.length === 0) return ['There are no tasks.'];
  const rows = tasks.map((task) => [
    colours.bold(task.taskId),
    task.type,
    stateOf(task),
    task.project,
    task.priority,
    minute(task.createdAt),
  ]);
  return textTable(['left', 'left', 'left', 'left', 'left', 'left'], rows, { width, drop: [5, 4] });
}

/** All that is known of one. */
export function taskDetails(task: Task, { colours }: Look): string[] {
  const { attempts, maxAttempts, runAt, notBefore, endedAt, error, result = {} } = task;
  const waitsUntil = notBefore ?? runAt;
  return [
    `${colours.bold(task.type)} of ${task.project}, ${task.priority} priority: ${stateOf(task)}`,
    `  attempt ${attempts} of ${maxAttempts}, asked for at ${minute(task.createdAt)}`,
    ...(task.status === 'queued' && waitsUntil !== undefined ? [`  not before ${minute(waitsUntil)}`] : []),
    ...(endedAt === undefined ? [] : [`  ended at ${minute(endedAt)}`]),
    ...(error === undefined ? [] : [`  ${error}`]),
    ...Object.entries(result).map(([name, value]) => `  ${name}: ${shownValue(value)}`),
  ];
}

const shownValue = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const heading = ['priority', 'due', 'later', 'running', 'oldest due'];

/** How much there is to do, by priority, and how it goes. */
export function standingLines({ priorities, ended, successRatePercent }: TasksStatus, { colours }: Look): string[] {
  const { completed, failed, cancelled } = ended;
  return [
    ...textTable(
      heading.map((_, column) => (column === 0 ? 'left' : 'right')),
      [
        heading.map((text) => colours.dim(text)),
        ...priorities.map(({ priority, depth, scheduled, running, workers, oldestAgeSeconds }) => [
          priority,
          String(depth),
          String(scheduled),
          `${running} of ${workers}`,
          oldestAgeSeconds === undefined ? '-' : `${Math.round(oldestAgeSeconds)} s`,
        ]),
      ],
    ),
    '',
    `Of the newest tasks ${completed} completed, ${failed} failed and ${cancelled} were cancelled${
      successRatePercent === undefined ? '' : `: ${decimal(successRatePercent)} % succeeded`
    }.`,
  ];
}
