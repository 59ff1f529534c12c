import { requireReceiverUrl } from '../alerts/channels/post.ts';
import { alarmReceiver } from '../alerts/cloudwatch/receiver.ts';
import type { Handlers } from '../platform/http/door.ts';
import type { Parts } from '../platform/parts.ts';
import { ProjectService } from '../projects/service.ts';
import { systemResolve } from '../projects/target.ts';
import { DeadLetterBox } from './dead-letters/box.ts';
import { taskHandlers } from './handlers.ts';
import { TaskOutputs } from './outputs.ts';
import { TaskService } from './service.ts';
import { TasksOverview } from './status.ts';

/** All that the function `tasks-api` serves. */
export function tasksApi(parts: Parts): Handlers<'tasks-api'> {
  const receivers = { resolve: systemResolve, privateTargets: parts.configuration.privateTargets };
  return taskHandlers({
    tasks: new TaskService(parts, new ProjectService(parts), (url) => requireReceiverUrl(url, receivers)),
    outputs: new TaskOutputs(parts),
    overview: new TasksOverview(parts),
    deadLetters: new DeadLetterBox(parts, alarmReceiver(parts)),
  });
}
