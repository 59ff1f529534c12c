import type { AuditRecord } from '../../contracts/audit.ts';
import { type Caller, mayUseProject, requireProject } from '../http/authenticate.ts';
import type { Handlers } from '../http/door.ts';
import type { AuditRecords } from './records.ts';

export const auditHandlers = (
  trail: Pick<AuditRecords, 'list'>,
): Pick<Handlers<'platform-api'>, 'listAudit' | 'exportAudit'> => ({
  listAudit: async ({ query: { limit, cursor, ...filter }, caller }) => {
    if (filter.project !== undefined) requireProject(caller, filter.project);
    return { status: 200, body: await trail.list({ limit, cursor }, filter, visibleTo(caller)) };
  },
  exportAudit: async ({ query: { limit, cursor, ...filter }, caller }) => {
    if (filter.project !== undefined) requireProject(caller, filter.project);
    const { items, nextCursor } = await trail.list({ limit, cursor }, filter, visibleTo(caller));
    return {
      status: 200,
      headers: nextCursor === undefined ? {} : { 'headroom-next-cursor': nextCursor },
      body: Buffer.from(items.map((record) => `${JSON.stringify(record)}\n`).join('')),
      contentType: 'application/x-ndjson',
    };
  },
});

/** What concerns the deployment, or other projects too, is not for who is bound. */
const visibleTo =
  (caller: Caller) =>
  ({ projects }: AuditRecord): boolean =>
    caller.projects === undefined || (projects?.every((project) => mayUseProject(caller, project)) ?? false);
