import { useMemo } from 'preact/hooks';
import { decimal } from '../../../contracts/figures.ts';
import type { PerformanceComparison, RunResult } from '../../../contracts/optimization-runs.ts';
import type { TargetOutcome } from '../../../contracts/profiles.ts';
import { formats, type Unit, unmeasured } from '../../../pages/units.ts';
import { Badge } from '../../components/badge.tsx';
import { Card } from '../../components/card.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Figure } from '../../components/figure.tsx';
import { Stats } from '../../components/stats.tsx';
import { PlotFigure } from '../../plots/plot-figure.tsx';
import { intervalInWords } from '../interval-in-words.ts';
import { slicesPlot } from '../slices-plot.ts';

/** What all that was kept came to. */
export function ResultCards({ result }: { result: RunResult }) {
  const { appliedOptimizations, rolledBackOptimizations, performanceImprovementPercent: gain, interval } = result;
  const { optimizationDurationSeconds, performanceComparison, targets = [] } = result;
  return (
    <>
      <Stats
        of={[
          {
            label: 'Response times together',
            value:
              gain === undefined ? undefined : `${formats.percent(Math.abs(gain))} ${gain < 0 ? 'longer' : 'shorter'}`,
            note: interval && `95 %: ${intervalInWords(interval)}`,
            tone: gain === undefined ? undefined : gain > 0 ? 'good' : 'bad',
          },
          { label: 'Kept', value: formats.count(appliedOptimizations.length) },
          { label: 'Rolled back', value: formats.count(rolledBackOptimizations.length) },
          { label: 'Took', value: formats.duration(Math.round(optimizationDurationSeconds)) },
        ]}
      />
      {performanceComparison !== undefined && <Comparison of={performanceComparison} />}
      {targets.length > 0 && (
        <Card title="Targets of the profile">
          <DataTable caption="Targets" columns={targetColumns} rows={targets} rowKey={({ metric }) => metric} />
        </Card>
      )}
    </>
  );
}

interface Sides {
  name: string;
  unit: Unit;
  before: number;
  after: number;
}

const sidesColumns: readonly Column<Sides>[] = [
  { header: 'Figure', cell: ({ name }) => name },
  { header: 'Before', kind: 'number', cell: ({ before, unit }) => <Figure value={before} unit={unit} /> },
  { header: 'After', kind: 'number', cell: ({ after, unit }) => <Figure value={after} unit={unit} /> },
  {
    header: 'Change',
    kind: 'number',
    cell: ({ before, after }) => (before === 0 ? unmeasured : formats.change(100 * (after / before - 1))),
  },
];

function sidesOf(comparison: PerformanceComparison): Sides[] {
  const { responseTime, p95ResponseTime, throughput, errorRate, resourceUsage, cost } = comparison;
  const usage = (name: string, unit: Unit, sides: { before: number; after: number } | undefined): Sides[] =>
    sides === undefined ? [] : [{ name, unit, ...sides }];
  return [
    { name: 'Mean response', unit: 'ms', before: responseTime.beforeMs, after: responseTime.afterMs },
    { name: 'p95', unit: 'ms', before: p95ResponseTime.beforeMs, after: p95ResponseTime.afterMs },
    {
      name: 'Throughput',
      unit: 'perSecond',
      before: throughput.beforeRequestsPerSecond,
      after: throughput.afterRequestsPerSecond,
    },
    { name: 'Errors', unit: 'percent', before: errorRate.beforePercent, after: errorRate.afterPercent },
    ...usage('CPU', 'percent', resourceUsage?.cpuPercent),
    ...usage('Memory', 'mb', resourceUsage?.memoryMb),
    ...usage('Memory of the limit', 'percent', resourceUsage?.memoryPercent),
    ...usage('Cost a month', 'usd', cost && { before: cost.beforeUsdPerMonth, after: cost.afterUsdPerMonth }),
  ];
}

function Comparison({ of }: { of: PerformanceComparison }) {
  const plot = useMemo(() => slicesPlot(of), [of]);
  return (
    <div class="cards two">
      <Card title="Before and after">
        <DataTable caption="Before and after" columns={sidesColumns} rows={sidesOf(of)} rowKey={({ name }) => name} />
      </Card>
      <Card title="Slice by slice">
        {plot === undefined ? <p class="note">There are too few slices to draw.</p> : <PlotFigure plot={plot} />}
      </Card>
    </div>
  );
}

/** In the units of their names. */
const targetColumns: readonly Column<TargetOutcome>[] = [
  {
    header: 'Verdict',
    cell: ({ isMet }) =>
      isMet === undefined ? (
        <Badge tone="plain">unknown</Badge>
      ) : (
        <Badge tone={isMet ? 'good' : 'bad'}>{isMet ? 'met' : 'missed'}</Badge>
      ),
  },
  { header: 'Of', cell: ({ metric }) => <code>{metric}</code> },
  { header: 'Before', kind: 'number', cell: ({ before }) => (before === undefined ? unmeasured : decimal(before)) },
  {
    header: 'Measured',
    kind: 'number',
    cell: ({ measured }) => (measured === undefined ? 'not measured' : decimal(measured)),
  },
  { header: 'Target', kind: 'number', cell: ({ target }) => decimal(target) },
];
