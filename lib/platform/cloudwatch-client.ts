import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { requestHandler } from './parts.ts';

/** Apart from the other parts, so that only the function that reads metrics carries it. */
export const createCloudWatchClient = (): CloudWatchClient => new CloudWatchClient({ requestHandler });
