import { alarmReceiver } from '../alerts/cloudwatch/receiver.ts';
import type { Handlers } from '../platform/http/door.ts';
import type { Parts } from '../platform/parts.ts';
import { ProjectService } from '../projects/service.ts';
import { DeadLetterBox } from './dead-letters/box.ts';
import { taskHandlers } from './handlers.ts';
import { TaskOutputs } from './outputs.ts';
import { TaskService } from './service.ts';
import { TasksOverview } from './status.ts';

/** All that the function `tasks-api` serves. */
export const tasksApi = (parts: Parts): Handlers<'tasks-api'> =>
  taskHandlers({
    tasks: new TaskService(parts, new ProjectService(parts)),
    outputs: new TaskOutputs(parts),
    overview: new TasksOverview(parts),
    deadLetters: new DeadLetterBox(parts, alarmReceiver(parts)),
  });
