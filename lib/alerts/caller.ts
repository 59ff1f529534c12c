import { type Caller, mayUseProject } from '../platform/http/authenticate.ts';

/** What is of no project is the deployment's, and not for keys that are bound to projects. */
export const maySee = (caller: Caller, project: string | undefined): boolean =>
  project === undefined ? caller.projects === undefined : mayUseProject(caller, project);

/** How a caller stands in histories. */
export const callerName = ({ id, name }: Caller): string => `${name} (${id})`;
