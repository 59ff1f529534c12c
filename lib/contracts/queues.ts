import type { FunctionName } from './functions.ts';
import type { QueueName } from './messages.ts';

export interface QueueDefinition {
  /** At least the timeout of the function that reads it, or SQS gives a message away while it is being worked on. */
  visibilityTimeoutSeconds: number;
  /** Receives before a message goes to the dead-letter queue. */
  maxReceives: number;
  /** The function that reads it. */
  consumer: FunctionName;
}

/** A task whose worker is gone comes back when nobody can be at it any more: when its lease is over. */
const queueOfTasks = { visibilityTimeoutSeconds: 330, maxReceives: 12 } as const;

export const queues: Record<QueueName, QueueDefinition> = {
  'load-control': { visibilityTimeoutSeconds: 60, maxReceives: 10, consumer: 'load-controller' },
  'load-work': { visibilityTimeoutSeconds: 900, maxReceives: 10, consumer: 'load-worker' },
  'load-scripts': { visibilityTimeoutSeconds: 900, maxReceives: 10, consumer: 'artillery-worker' },
  checks: { visibilityTimeoutSeconds: 120, maxReceives: 10, consumer: 'check-controller' },
  analyses: { visibilityTimeoutSeconds: 120, maxReceives: 4, consumer: 'analysis-worker' },
  optimizations: { visibilityTimeoutSeconds: 300, maxReceives: 6, consumer: 'optimization-worker' },
  alerts: { visibilityTimeoutSeconds: 60, maxReceives: 4, consumer: 'alert-worker' },
  notifications: { visibilityTimeoutSeconds: 60, maxReceives: 6, consumer: 'notifier' },
  'tasks-high': { ...queueOfTasks, consumer: 'task-worker-high' },
  tasks: { ...queueOfTasks, consumer: 'task-worker' },
  'tasks-low': { ...queueOfTasks, consumer: 'task-worker-low' },
};

export const deadLetterQueueOf = (queue: QueueName): `${QueueName}-dead-letters` => `${queue}-dead-letters`;
