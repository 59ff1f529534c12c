import type { OperationRequest } from '../../contracts/routes.ts';
import type { TaskPriority, TaskType } from '../../contracts/tasks.ts';
import type { CliContext } from '../context.ts';
import { CliError } from '../failure.ts';
import { fileContent, textContent } from '../json-or-yaml.ts';

export type TaskBody = OperationRequest<'startTask'>['body'];

export interface TaskFlags {
  payload?: string;
  file?: string;
  secretEnv?: string;
  priority?: TaskPriority;
  at?: string;
  maxAttempts?: number;
}

/** What a payload calls its project. A cache that is not named is the project's own; a comparison may be of several projects. */
const projectIn: Record<TaskType, 'project' | 'namespace' | undefined> = {
  analysis: 'project',
  'cache-warm': 'namespace',
  'cache-maintenance': 'namespace',
  report: 'project',
  comparison: undefined,
  export: 'project',
  webhook: 'project',
};

/**
 * What the platform is asked for. It says itself what is wrong with a payload.
 * @param project that the payload is given where it needs one and names none
 * @throws CliError
 */
export function taskBody(
  type: TaskType,
  flags: TaskFlags,
  project: string | undefined,
  { environment, workingDirectory }: Pick<CliContext, 'environment' | 'workingDirectory'>,
): TaskBody {
  const { secretEnv, priority, at, maxAttempts } = flags;
  const secret = secretEnv === undefined ? undefined : environment[secretEnv];
  if (secretEnv !== undefined && !secret) throw new CliError(`The environment variable ${secretEnv} is not set.`);
  const name = projectIn[type];
  return {
    type,
    payload: {
      ...(project === undefined || name === undefined ? {} : { [name]: project }),
      ...payloadOf(flags, workingDirectory),
      ...(secret === undefined ? {} : { secret }),
    },
    ...(priority === undefined ? {} : { priority }),
    ...(at === undefined ? {} : { runAt: at }),
    ...(maxAttempts === undefined ? {} : { maxAttempts }),
  } as TaskBody;
}

function payloadOf({ payload, file }: TaskFlags, workingDirectory: string): object {
  if (payload !== undefined && file !== undefined) throw new CliError('Give either --payload or --file.');
  const where = file === undefined ? '--payload' : `The file ${file}`;
  const read = file === undefined ? textContent(payload ?? '{}', where) : fileContent(file, workingDirectory);
  if (typeof read !== 'object' || read === null || Array.isArray(read)) {
    throw new CliError(`${where} must hold an object.`);
  }
  return read;
}
