import { type CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { LogConfiguration } from './model.ts';

/** @returns undefined: there is none of that name */
export async function readLogGroup(logs: CloudWatchLogsClient, group: string): Promise<LogConfiguration | undefined> {
  const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: group, limit: 10 }));
  const found = logGroups.find(({ logGroupName }) => logGroupName === group);
  if (found === undefined) return undefined;
  return {
    group,
    ...(found.retentionInDays === undefined ? {} : { retentionDays: found.retentionInDays }),
    ...(found.storedBytes === undefined ? {} : { storedBytes: found.storedBytes }),
  };
}
