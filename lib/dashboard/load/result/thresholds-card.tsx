import { decimal } from '../../../contracts/figures.ts';
import type { JudgedThreshold, LoadTestResult } from '../../../contracts/load-result.ts';
import { Badge } from '../../components/badge.tsx';
import { Card } from '../../components/card.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';

const columns: readonly Column<JudgedThreshold>[] = [
  { header: 'Threshold', cell: ({ threshold }) => <code>{threshold}</code> },
  {
    header: 'Measured',
    kind: 'number',
    // In the unit of the threshold, which it stands beside.
    cell: ({ actual }) => (actual === undefined ? 'not measured' : decimal(actual)),
  },
  {
    header: 'Verdict',
    cell: ({ holds, advisory }) =>
      holds ? (
        <Badge tone="good">holds</Badge>
      ) : (
        <Badge tone={advisory === true ? 'doubtful' : 'bad'}>
          {advisory === true ? 'fails, does not count' : 'fails'}
        </Badge>
      ),
  },
];

export const ThresholdsCard = ({ result: { thresholds = [] } }: { result: LoadTestResult }) =>
  thresholds.length === 0 ? null : (
    <Card title="Thresholds">
      <DataTable caption="Thresholds" columns={columns} rows={thresholds} rowKey={({ threshold }) => threshold} />
    </Card>
  );
