import type { OperationRequest } from '../../contracts/routes.ts';
import type { Api } from '../api/api.ts';

export type GivenEntry = OperationRequest<'putSchedule'>['body']['entries'][number];

/**
 * Reads the schedule, changes one entry, and puts it back: the API takes all entries at once.
 * @param changed is given a bare entry of the id where there is none yet; undefined removes it
 */
export async function changeSchedule(
  api: Api,
  project: string,
  id: string,
  changed: (entry: GivenEntry) => GivenEntry | undefined,
): Promise<void> {
  const params = { project };
  const { entries } = await api.call('getSchedule', { params });
  const before: readonly GivenEntry[] = entries.some((entry) => entry.id === id)
    ? entries
    : [...entries, { id, kind: 'custom', cron: '' }];
  const after = before.flatMap((entry) => (entry.id === id ? (changed(entry) ?? []) : entry));
  await api.call('putSchedule', { params, body: { entries: after } });
}
