import type { CacheStats, TierStats } from '../../contracts/cache-stats.ts';
import { formats, unmeasured } from '../../pages/units.ts';
import { Badge } from '../components/badge.tsx';
import { type Column, DataTable } from '../components/data-table.tsx';
import { Empty } from '../components/empty.tsx';
import { bytes } from './bytes.ts';

type Tier = TierStats & { name: string };

export function TiersTable({ tiers }: { tiers: CacheStats['tiers'] }) {
  // Each that is named is there.
  const rows = (Object.entries(tiers) as [string, TierStats][]).map(([name, tier]): Tier => ({ name, ...tier }));
  if (rows.length === 0) return <Empty title="No tier answers" />;
  return <DataTable caption="Tiers" columns={columns} rows={rows} rowKey={({ name }) => name} />;
}

const megabyte = 1024 ** 2;

const columns: readonly Column<Tier>[] = [
  {
    header: 'Tier',
    cell: ({ name, breaker }) => (
      <>
        <b>{name}</b> {breaker !== undefined && breaker !== 'closed' && <Badge tone="bad">breaker {breaker}</Badge>}
      </>
    ),
  },
  {
    header: 'Entries',
    kind: 'number',
    sortBy: ({ entries }) => entries,
    cell: ({ entries }) => formats.count(entries),
  },
  {
    header: 'Used',
    cell: ({ name, usedMb, limitMb }) => (
      <div class="used">
        {limitMb !== undefined && (
          <meter
            aria-label={`${name}: used of its limit`}
            min={0}
            max={limitMb}
            high={limitMb * 0.9}
            optimum={0}
            value={usedMb}
          />
        )}
        <small>
          {bytes(usedMb * megabyte)}
          {limitMb === undefined ? ', no limit' : ` of ${formats.mb(limitMb)}`}
        </small>
      </div>
    ),
  },
  { header: 'Hits', kind: 'number', sortBy: ({ hits }) => hits, cell: ({ hits }) => formats.count(hits) },
  {
    header: 'Errors',
    kind: 'number',
    sortBy: ({ errors }) => errors,
    cell: ({ errors }) =>
      errors === 0 ? <span class="none">{unmeasured}</span> : <b class="bad">{formats.count(errors)}</b>,
  },
];
