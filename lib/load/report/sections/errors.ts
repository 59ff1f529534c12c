import type { LoadTestResult } from '../../../contracts/load-result.ts';
import { figure } from '../../../pages/figures.ts';
import { type Markup, markup } from '../../../pages/markup.ts';
import { section, table } from '../../../pages/table.ts';

export function errorSection({ errors, connectionFailures, totalRequests }: LoadTestResult): Markup | undefined {
  if (errors.length === 0 && connectionFailures === 0) {
    return totalRequests === 0 ? undefined : section('errors', 'Errors', markup`<p>None.</p>`);
  }
  const columns = [
    { label: 'Kind' },
    { label: 'Times', kind: 'number' as const },
    { label: 'For example', kind: 'long' as const },
  ];
  const rows = errors.map(({ kind, count, example }) => ({
    cells: [
      markup`<code>${kind}</code>`,
      figure(count, 'bareCount'),
      example === undefined ? undefined : markup`<code class="example">${example}</code>`,
    ],
  }));
  return section(
    'errors',
    'Errors',
    rows.length === 0 ? undefined : table('Errors', columns, rows),
    connectionFailures === 0
      ? undefined
      : markup`<p class="note">In ${figure(connectionFailures, 'count')} attempts no request could be written: no connection came about.</p>`,
  );
}
