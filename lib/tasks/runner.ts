import type { z } from 'zod';
import type { TaskRequest, TaskType } from '../contracts/tasks.ts';

export type TaskResult = Record<string, z.core.util.JSONType>;

/** What an attempt came to: an end, or something that goes on by itself and is looked at again later. */
export type TaskOutcome =
  | { ended: true; result: TaskResult }
  | {
      ended: false;
      /** At most 900. */
      waitSeconds: number;
      progressPercent?: number | undefined;
      /** As far as it is known. */
      result: TaskResult;
    };

export interface AttemptOf {
  taskId: string;
  /** For what it makes: doing it twice with the same id must do it once. */
  productId: string;
  /** What it came to so far. */
  result?: TaskResult | undefined;
}

export type RequestOf<Type extends TaskType> = Extract<TaskRequest, { type: Type }>;

/** How a type of task is carried out. */
export interface TaskRunner<Type extends TaskType> {
  /** @throws DomainError when trying again cannot help, unless it is `unavailable` */
  run: (request: RequestOf<Type>, attempt: AttemptOf) => Promise<TaskOutcome>;
  /** Ends what was begun for a task that is cancelled, by what its result names. May come more than once. */
  cancel?: (request: RequestOf<Type>, attempt: AttemptOf) => Promise<void>;
}

export type TaskRunners<Types extends TaskType = TaskType> = { [Type in Types]: TaskRunner<Type> };
