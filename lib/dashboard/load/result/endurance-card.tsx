import type { Drift, EnduranceFigures, LoadTestResult } from '../../../contracts/load-result.ts';
import { pInWords } from '../../../pages/load-plots/drift.ts';
import type { Plot } from '../../../pages/plot.ts';
import { unmeasured } from '../../../pages/units.ts';
import { Badge, type Tone } from '../../components/badge.tsx';
import { Card } from '../../components/card.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Figure } from '../../components/figure.tsx';
import { Plots } from '../../plots/plots.tsx';

interface Drifting {
  name: string;
  of: keyof EnduranceFigures;
  /** The way in which it may go. */
  wanted: Drift['direction'];
}

const drifting: readonly Drifting[] = [
  { name: 'Response time', of: 'responseTime', wanted: 'falling' },
  { name: 'Errors', of: 'errorRate', wanted: 'falling' },
  { name: 'Throughput', of: 'throughput', wanted: 'rising' },
  { name: 'Memory of the service', of: 'memory', wanted: 'falling' },
];

const toneOf = (direction: Drift['direction'], wanted: Drift['direction']): Tone =>
  direction === 'stable' || direction === wanted ? 'good' : direction === 'unknown' ? 'plain' : 'bad';

const columnsOf = (endurance: EnduranceFigures): Column<Drifting>[] => [
  { header: 'Figure', cell: ({ name }) => name },
  {
    header: 'Trend',
    cell: ({ of, wanted }) => <Badge tone={toneOf(endurance[of].direction, wanted)}>{endurance[of].direction}</Badge>,
  },
  {
    header: 'Over the test',
    kind: 'number',
    cell: ({ of }) => <Figure value={endurance[of].changePercent} unit="change" />,
  },
  {
    header: 'p (Mann-Kendall)',
    kind: 'number',
    cell: ({ of }) => {
      const { pValue } = endurance[of];
      return pValue === undefined ? unmeasured : pInWords(pValue);
    },
  },
];

/** What changed while the load did not. */
export function EnduranceCard({ result: { endurance }, plots }: { result: LoadTestResult; plots: readonly Plot[] }) {
  if (endurance === undefined) return null;
  return (
    <Card title="Drift">
      <DataTable caption="Drift" columns={columnsOf(endurance)} rows={drifting} rowKey={({ of }) => of} />
      <Plots of={plots} names={['drift']} />
    </Card>
  );
}
