import { z } from 'zod';
import type { AuditActor, AuditRecord } from '../../contracts/audit.ts';
import { json } from '../../contracts/json.ts';
import { identifier } from '../../contracts/names.ts';
import { type AuditEntry, auditEntry } from '../../contracts/optimization-controls.ts';
import type { Actor } from '../../contracts/optimization-runs.ts';
import type { Page, PageQuery } from '../../contracts/page.ts';
import { AuditRecords } from '../../platform/audit/records.ts';
import { isoTime } from '../../platform/clock.ts';
import { derivedId } from '../../platform/ids.ts';
import type { Parts } from '../../platform/parts.ts';

/** What is known of a change before it is made. */
export type Intention = Pick<
  AuditEntry,
  'project' | 'runId' | 'sweepId' | 'id' | 'by' | 'action' | 'change' | 'from' | 'to'
>;

/** Beside what every record of the trail has. */
const detailOfChange = auditEntry.pick({
  runId: true,
  sweepId: true,
  id: true,
  by: true,
  action: true,
  change: true,
  from: true,
  to: true,
});

const operationPrefix = 'optimization:';

/**
 * Every change of a project's resources, in the trail that holds all changes: an entry stands before its change is made, and says
 * afterwards what became of it.
 */
export class AuditTrail {
  readonly #records: AuditRecords;
  readonly #clock: Parts['clock'];

  constructor(parts: Pick<Parts, 'table' | 'clock'>) {
    this.#records = new AuditRecords(parts);
    this.#clock = parts.clock;
  }

  /** @param deed which of the run, or of the request, it is: `turn 7`. Beginning the same deed again is the same entry. */
  async begin(intention: Intention, deed: string): Promise<AuditEntry> {
    const { project, ...detail } = intention;
    const now = this.#clock();
    const auditId = derivedId(now, `change of ${intention.runId ?? intention.sweepId ?? project} by ${deed}`);
    await this.#records.begin(
      {
        actor: auditActorOf(detail.by),
        operation: `${operationPrefix}${detail.action}`,
        projects: [project],
        resource: originOf(detail),
        change: json.parse(JSON.parse(JSON.stringify(detail))),
      },
      auditId,
    );
    return { auditId, at: isoTime(now), ...intention, state: 'begun' };
  }

  async close({ auditId }: Pick<AuditEntry, 'auditId'>, state: 'made' | 'refused', detail?: string): Promise<void> {
    await this.#records.closeById(auditId, { state, ...(detail === undefined ? {} : { detail }) });
  }

  /** The newest first. */
  async list(project: string, query: PageQuery): Promise<Page<AuditEntry>> {
    const page = await this.#records.list(query, { project }, ({ operation }) => operation.startsWith(operationPrefix));
    return { ...page, items: page.items.map((record) => entryOf(project, record)) };
  }
}

function originOf({ runId, sweepId }: Pick<Intention, 'runId' | 'sweepId'>): string {
  if (runId !== undefined) return `optimization run ${runId}`;
  return sweepId === undefined ? 'live settings' : `memory sweep ${sweepId}`;
}

const states = z.enum(['begun', 'made', 'refused']);

function entryOf(project: string, { auditId, at, state, detail, change }: AuditRecord): AuditEntry {
  const known = { auditId, at, project, ...detailOfChange.parse(change), state: states.parse(state) };
  return detail === undefined ? known : { ...known, detail };
}

/** Runs are started by keys, by holders of tokens, and by Headroom's own schedules. */
function auditActorOf({ keyId, name }: Actor): AuditActor {
  if (keyId.startsWith('oidc:')) return { kind: 'oidc', id: keyId, name };
  return { kind: identifier.safeParse(keyId).success ? 'api-key' : 'headroom', id: keyId, name };
}
