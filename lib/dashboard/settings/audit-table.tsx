import type { AuditRecord } from '../../contracts/audit.ts';
import { Badge, type Tone } from '../components/badge.tsx';
import { type Column, DataTable } from '../components/data-table.tsx';
import { Moment } from '../components/moment.tsx';

export const AuditTable = ({ records }: { records: readonly AuditRecord[] }) => (
  <DataTable caption="Audit trail" columns={columns} rows={records} rowKey={({ auditId }) => auditId} />
);

const tones: Record<AuditRecord['state'], Tone> = { begun: 'plain', made: 'good', refused: 'doubtful', failed: 'bad' };

const columns: readonly Column<AuditRecord>[] = [
  { header: 'At', sortBy: ({ at }) => at, cell: ({ at }) => <Moment at={at} /> },
  {
    header: 'Who',
    sortBy: ({ actor }) => actor.name,
    cell: ({ actor, address }) => (
      <>
        <b>{actor.name}</b>
        <small class="note second-line">{address === undefined ? actor.kind : `${actor.kind}, from ${address}`}</small>
      </>
    ),
  },
  {
    header: 'What',
    sortBy: ({ operation }) => operation,
    cell: ({ operation, resource, projects }) => (
      <>
        {operation}
        <small class="note second-line">
          <code>{resource}</code> {projects === undefined ? '' : `of ${projects.join(', ')}`}
        </small>
      </>
    ),
  },
  {
    header: 'Result',
    sortBy: ({ state }) => state,
    cell: ({ state, status, detail }) => (
      <>
        <Badge tone={tones[state]}>{state}</Badge> {status !== undefined && <span class="note">{status}</span>}
        {detail !== undefined && <small class="note second-line">{detail}</small>}
      </>
    ),
  },
  {
    header: 'Asked for',
    cell: ({ request, change, correlationId }) =>
      request === undefined && change === undefined ? (
        <span class="none">–</span>
      ) : (
        <details class="letter">
          <summary>Show</summary>
          <pre>{JSON.stringify({ request, change, correlationId }, null, 2)}</pre>
        </details>
      ),
  },
];
