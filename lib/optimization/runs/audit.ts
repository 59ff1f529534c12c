import type { AuditEntry } from '../../contracts/optimization-controls.ts';
import type { Page, PageQuery } from '../../contracts/page.ts';
import { isoTime } from '../../platform/clock.ts';
import { derivedId } from '../../platform/ids.ts';
import type { Parts } from '../../platform/parts.ts';
import { keys } from '../../platform/table/keys.ts';
import { auditItem, retentionMs } from './model.ts';

/** What is known of a change before it is made. */
export type Intention = Pick<AuditEntry, 'project' | 'runId' | 'id' | 'by' | 'action' | 'change' | 'from' | 'to'>;

/** The trail of every change: an entry stands before its change is made, and says afterwards what became of it. */
export class AuditTrail {
  readonly #parts: Pick<Parts, 'table' | 'clock'>;

  constructor(parts: Pick<Parts, 'table' | 'clock'>) {
    this.#parts = parts;
  }

  /** @param deed which of the run, or of the request, it is: `turn 7`. Beginning the same deed again is the same entry. */
  async begin(intention: Intention, deed: string): Promise<AuditEntry> {
    const { table, clock } = this.#parts;
    const now = clock();
    const auditId = derivedId(now, `change of ${intention.runId ?? intention.project} by ${deed}`);
    const entry: AuditEntry = { auditId, at: isoTime(now), ...intention, state: 'begun' };
    await table.create(auditItem, keys.optimizationAudit(entry.project, auditId), entry, {
      expiresAt: now + retentionMs,
    });
    return entry;
  }

  async close({ project, auditId }: AuditEntry, state: 'made' | 'refused', detail?: string): Promise<void> {
    const { table } = this.#parts;
    const found = await table.get(auditItem, keys.optimizationAudit(project, auditId));
    if (found === undefined) return;
    await table.replace(found, { ...found.value, state, ...(detail === undefined ? {} : { detail }) });
  }

  /** The newest first. */
  list(project: string, query: PageQuery): Promise<Page<AuditEntry>> {
    return this.#parts.table.page(auditItem, keys.optimizationAudits(project), query, 'descending');
  }
}
