import type { LoadCost } from '../../../contracts/load-result.ts';
import { formats } from '../../../pages/units.ts';
import { Card } from '../../components/card.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { figureColumn } from '../../components/figure-column.tsx';

const columns: readonly Column<LoadCost['items'][number]>[] = [
  { header: 'Item', cell: ({ name }) => name },
  figureColumn('Cost', 'usd', ({ usd }) => usd),
  { header: 'Of', cell: ({ detail }) => detail },
];

export function CostCard({ cost }: { cost: LoadCost | undefined }) {
  if (cost === undefined) return null;
  const { actualUsd, estimatedUsd, items, note } = cost;
  const sums = [
    ...(actualUsd === undefined ? [] : [`${formats.usd(actualUsd)} in all`]),
    `${formats.usd(estimatedUsd)} as it was estimated`,
  ];
  return (
    <Card title="What it cost">
      <p>{sums.join(', ')}</p>
      <DataTable caption="Cost" columns={columns} rows={items} rowKey={({ name }) => name} />
      <p class="note">{note}</p>
    </Card>
  );
}
