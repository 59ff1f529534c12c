import type { QueueName } from '../contracts/messages.ts';
import type { StoredRun } from './model.ts';

/** Artillery's engine has workers of its own. */
export const queueOf = (kind: StoredRun['kind']): Extract<QueueName, 'load-work' | 'load-scripts'> =>
  kind === 'artillery' ? 'load-scripts' : 'load-work';
