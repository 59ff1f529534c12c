import type { AuditFilter, AuditRecord } from '../../contracts/audit.ts';
import type { Page, PageQuery } from '../../contracts/page.ts';
import { isoTime } from '../clock.ts';
import { randomIds } from '../ids.ts';
import type { Parts } from '../parts.ts';
import type { Stored } from '../table/item.ts';
import { keys } from '../table/keys.ts';
import { auditItem, auditRetentionMs } from './model.ts';
import { decodePosition, encodePosition, endOfMonthBefore, monthOf, positionAfter } from './months.ts';

/** What is known of a change before it is made. */
export type Intention = Omit<AuditRecord, 'auditId' | 'at' | 'state' | 'status' | 'detail'>;
/** What came of it. */
export type Outcome = Pick<AuditRecord, 'state'> & Partial<Pick<AuditRecord, 'status' | 'detail' | 'projects'>>;

/** So much is read at once, and so often for one page: where a filter leaves out almost all, a page is short, and its cursor leads on. */
const readItems = 200;
const maxReads = 25;

/**
 * The trail of every change. An entry stands before its change is made, so there is no change without one, and says afterwards what
 * became of it. Entries are written by the month: changes are rare, and a partition takes 500 of them in a second.
 */
export class AuditRecords {
  readonly #parts: Pick<Parts, 'table' | 'clock'>;

  constructor(parts: Pick<Parts, 'table' | 'clock'>) {
    this.#parts = parts;
  }

  /** @param auditId where the same change may be begun more than once: the same for the same. Its entry is then one. */
  async begin(intention: Intention, auditId = randomIds(this.#parts.clock())): Promise<Stored<AuditRecord>> {
    const { table, clock } = this.#parts;
    const now = clock();
    const record: AuditRecord = { auditId, at: isoTime(now), ...intention, state: 'begun' };
    const key = keys.auditRecord(monthOf(auditId), auditId);
    const expiresAt = now + auditRetentionMs;
    const begun = (await table.create(auditItem, key, record, { expiresAt })) ?? (await table.get(auditItem, key));
    if (begun === undefined) throw new Error('An entry of the trail has vanished');
    return begun;
  }

  /** Who loses a race has lost it to somebody who says the same. */
  async close(begun: Stored<AuditRecord>, outcome: Outcome): Promise<void> {
    await this.#parts.table.replace(begun, { ...begun.value, ...outcome });
  }

  async closeById(auditId: string, outcome: Outcome): Promise<void> {
    const found = await this.#parts.table.get(auditItem, keys.auditRecord(monthOf(auditId), auditId));
    if (found !== undefined) await this.close(found, outcome);
  }

  /** What did not even begin, or cannot but be made once this is written. @param auditId as with `begin` */
  async note(intention: Intention, outcome: Outcome, auditId = randomIds(this.#parts.clock())): Promise<void> {
    const { table, clock } = this.#parts;
    const now = clock();
    const record: AuditRecord = { auditId, at: isoTime(now), ...intention, ...outcome };
    await table.create(auditItem, keys.auditRecord(monthOf(auditId), auditId), record, {
      expiresAt: now + auditRetentionMs,
    });
  }

  /** The newest first. @param isVisible to whoever asks */
  async list(
    { limit, cursor }: PageQuery,
    filter: AuditFilter,
    isVisible: (record: AuditRecord) => boolean = () => true,
  ): Promise<Page<AuditRecord>> {
    const { table, clock } = this.#parts;
    const oldest = Math.max(clock() - auditRetentionMs, filter.from === undefined ? 0 : Date.parse(filter.from));
    const items: AuditRecord[] = [];
    let position = earliest(
      positionAfter(clock()),
      filter.to === undefined ? undefined : positionAfter(Date.parse(filter.to) - 1),
      cursor === undefined ? undefined : decodePosition(cursor),
    );
    for (let reads = 0; reads < maxReads; reads++) {
      const month = monthOf(position);
      const page = await table.page(
        auditItem,
        keys.auditRecords(month),
        { limit: readItems, cursor: encodePosition(position) },
        'descending',
      );
      for (const record of page.items) {
        position = record.auditId;
        if (Date.parse(record.at) < oldest) return { items };
        if (!isWanted(record, filter) || !isVisible(record)) continue;
        items.push(record);
        if (items.length === limit) return { items, nextCursor: encodePosition(position) };
      }
      if (page.nextCursor !== undefined) {
        position = decodePosition(page.nextCursor);
        continue;
      }
      const end = endOfMonthBefore(month);
      if (end < oldest) return { items };
      position = positionAfter(end);
    }
    return { items, nextCursor: encodePosition(position) };
  }
}

/** Identifiers sort by their time. A cursor may claim any. */
const earliest = (first: string, ...others: readonly (string | undefined)[]): string =>
  others.reduce<string>((least, one) => (one !== undefined && one < least ? one : least), first);

function isWanted({ actor, operation, projects }: AuditRecord, filter: AuditFilter): boolean {
  if (filter.operation !== undefined && filter.operation !== operation) return false;
  if (filter.actor !== undefined && filter.actor !== actor.id && filter.actor !== actor.name) return false;
  return filter.project === undefined || projects?.includes(filter.project) === true;
}
