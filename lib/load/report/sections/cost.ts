import type { LoadCost } from '../../../contracts/load-result.ts';
import { figure } from '../../../pages/figures.ts';
import { type Markup, markup } from '../../../pages/markup.ts';
import { type Row, section, table } from '../../../pages/table.ts';

export function costSection(cost: LoadCost | undefined): Markup | undefined {
  if (cost === undefined) return undefined;
  const { estimatedUsd, actualUsd, items, note } = cost;
  const rows: Row[] = [
    ...items.map(({ name, usd, detail }) => ({ cells: [name, figure(usd, 'usd'), detail] })),
    ...(actualUsd === undefined ? [] : [{ tone: 'total' as const, cells: ['In all', figure(actualUsd, 'usd'), ''] }]),
    { tone: 'total', cells: ['As it was estimated', figure(estimatedUsd, 'usd'), ''] },
  ];
  const columns = [{ label: '' }, { label: 'Cost', kind: 'number' as const }, { label: 'Of', kind: 'long' as const }];
  return section('cost', 'What it cost', table('Cost', columns, rows), markup`<p class="note">${note}</p>`);
}
