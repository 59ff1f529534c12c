import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { ProjectRole } from '../contracts/project-role.ts';
import { requestHandler } from './parts.ts';
import { credentialsOf } from './project-credentials.ts';

/** Apart from the other parts, so that only the function that reads metrics carries it. @param role default: the function's own */
export const createCloudWatchClient = (role?: ProjectRole): CloudWatchClient =>
  new CloudWatchClient({ requestHandler, ...(role === undefined ? {} : { credentials: credentialsOf(role) }) });
