import type { PartStatus } from '../../contracts/status.ts';
import { formats, unmeasured } from '../../pages/units.ts';
import { Badge } from '../components/badge.tsx';
import { type Column, DataTable } from '../components/data-table.tsx';
import { Ago } from '../components/moment.tsx';

export const PartsTable = ({ parts }: { parts: readonly PartStatus[] }) => (
  <DataTable caption="Parts of Headroom" columns={columns} rows={parts} rowKey={({ name }) => name} />
);

const columns: readonly Column<PartStatus>[] = [
  {
    header: 'Part',
    sortBy: ({ name }) => name,
    cell: ({ name, detail, version }) => (
      <>
        <b>{name}</b> {version !== undefined && <span class="note">{version}</span>}
        {detail !== undefined && <small class="note second-line">{detail}</small>}
      </>
    ),
  },
  {
    header: 'State',
    sortBy: ({ state }) => state,
    cell: ({ state, breaker }) => (
      <>
        <Badge tone={state === 'up' ? 'good' : 'bad'}>{state}</Badge>{' '}
        {breaker !== undefined && breaker !== 'closed' && <Badge tone="doubtful">breaker {breaker}</Badge>}
      </>
    ),
  },
  {
    header: 'Latency',
    kind: 'number',
    sortBy: ({ latencyMs }) => latencyMs,
    cell: ({ latencyMs }) => (latencyMs === undefined ? <span class="none">{unmeasured}</span> : formats.ms(latencyMs)),
  },
  {
    header: 'Heard of',
    cell: ({ seenAt }) => (seenAt === undefined ? <span class="note">now</span> : <Ago at={seenAt} />),
  },
];
