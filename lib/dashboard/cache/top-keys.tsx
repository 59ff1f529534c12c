import type { CacheStats } from '../../contracts/cache-stats.ts';
import { formats } from '../../pages/units.ts';
import { type Column, DataTable } from '../components/data-table.tsx';
import { Empty } from '../components/empty.tsx';
import { entryPath } from './entry-path.ts';

type TopKey = CacheStats['topKeys'][number];

const most = 15;

export const TopKeys = ({ namespace, keys }: { namespace: string; keys: readonly TopKey[] }) =>
  keys.length === 0 ? (
    <Empty title="Nothing was read yet">Reads are counted by the instance that answers, since it was started.</Empty>
  ) : (
    <DataTable
      caption="Most read keys"
      columns={columnsOf(namespace)}
      rows={keys.slice(0, most)}
      rowKey={({ key }) => key}
    />
  );

const columnsOf = (namespace: string): readonly Column<TopKey>[] => [
  {
    header: 'Key',
    cell: ({ key }) => (
      <a class="key" href={entryPath(namespace, key)}>
        <code>{key}</code>
      </a>
    ),
  },
  { header: 'Reads', kind: 'number', sortBy: ({ reads }) => reads, cell: ({ reads }) => formats.count(reads) },
];
