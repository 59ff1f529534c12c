import { functionDefinition } from '../contracts/functions.ts';
import type { Outgoing, QueueName } from '../contracts/messages.ts';
import { queues } from '../contracts/queues.ts';
import type { TaskPriority, TaskType } from '../contracts/tasks.ts';

const queueOf = { high: 'tasks-high', normal: 'tasks', low: 'tasks-low' } as const satisfies Record<
  TaskPriority,
  QueueName
>;

/** No queue leads to where the caches are: their maintenance looks each minute for what there is to do. */
const cacheTypes: ReadonlySet<TaskType> = new Set<TaskType>(['cache-warm', 'cache-maintenance']);
export const isOfCaches = (type: TaskType): boolean => cacheTypes.has(type);

/** What has a task carried out: none where somebody looks for it. @param delaySeconds at most 900, which is what SQS takes */
export function runMessages(
  { taskId, type, priority }: { taskId: string; type: TaskType; priority: TaskPriority },
  delaySeconds = 0,
): Outgoing[] {
  if (isOfCaches(type)) return [];
  const message: Outgoing = { queue: queueOf[priority], body: { type: 'task.run', taskId } };
  return [delaySeconds === 0 ? message : { ...message, delaySeconds }];
}

/** How many tasks of a priority are carried out at once, at the most. */
export function workersOf(priority: TaskPriority): number {
  const { trigger } = functionDefinition(queues[queueOf[priority]].consumer);
  return trigger.kind === 'queue' ? (trigger.maxConcurrency ?? 1) : 0;
}
