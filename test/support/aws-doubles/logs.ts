import { Double, ServiceFailure } from './double.ts';
import { type JsonOperations, jsonTarget } from './json-target.ts';

export interface LogGroupState {
  retentionDays?: number;
  storedBytes: number;
  lines: { atMs: number; message: string }[];
}

/** Of a page of events, so that pages are read. */
const pageLines = 50;

const operationsOf = (groups: Map<string, LogGroupState>): JsonOperations => ({
  DescribeLogGroups: ({ logGroupNamePrefix }) => ({
    logGroups: [...groups]
      .filter(([name]) => name.startsWith(String(logGroupNamePrefix)))
      .map(([logGroupName, { retentionDays, storedBytes }]) => ({
        logGroupName,
        storedBytes,
        ...(retentionDays === undefined ? {} : { retentionInDays: retentionDays }),
      })),
  }),
  FilterLogEvents: ({ logGroupName, startTime, endTime, nextToken = '0' }) => {
    const group = groups.get(String(logGroupName));
    if (group === undefined) throw new ServiceFailure('ResourceNotFoundException', 400);
    const found = group.lines.filter(
      ({ atMs, message }) =>
        atMs >= Number(startTime) && atMs <= Number(endTime) && /REPORT RequestId|platform\.report/.test(message),
    );
    const from = Number(nextToken);
    return {
      events: found.slice(from, from + pageLines).map(({ atMs, message }) => ({ timestamp: atMs, message })),
      ...(found.length > from + pageLines ? { nextToken: String(from + pageLines) } : {}),
    };
  },
});

/** The part of CloudWatch Logs' API that Headroom uses. */
export async function startLogsDouble(): Promise<{ double: Double; state: Map<string, LogGroupState> }> {
  const state = new Map<string, LogGroupState>();
  return { double: await Double.start(jsonTarget(operationsOf(state))), state };
}
