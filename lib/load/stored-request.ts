import type { HistoryTable } from '../platform/table/history-table.ts';
import { keys } from '../platform/table/keys.ts';
import { LargeValues } from '../platform/table/large-values.ts';
import { requestItem, type StoredRequest } from './model.ts';
import type { Traffic } from './plan.ts';

/** Requests with their data feeds and scripts; they never change. */
export const storedRequests = (table: HistoryTable): LargeValues<StoredRequest> => new LargeValues(table, requestItem);

/** @throws when there is none: it is stored before its run is */
export async function readRequest(table: HistoryTable, testId: string): Promise<StoredRequest> {
  const found = await storedRequests(table).get(keys.loadRequest(testId));
  if (found === undefined) throw new Error(`The request of the load test ${testId} is gone`);
  return found.value;
}

export const readTraffic = async (table: HistoryTable, testId: string): Promise<Traffic> =>
  (await readRequest(table, testId)).request;
