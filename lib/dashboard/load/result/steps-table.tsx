import type { LoadStep } from '../../../contracts/load-result.ts';
import { levelInWords, levelOf } from '../../../pages/load-plots/stretches.ts';
import { clockTime, formats } from '../../../pages/units.ts';
import { Badge, type Tone } from '../../components/badge.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { figureColumn } from '../../components/figure-column.tsx';

const tones: Record<NonNullable<LoadStep['verdict']>, Tone> = {
  ok: 'good',
  failing: 'bad',
  overloaded: 'bad',
  'generator-limited': 'doubtful',
};

const columns: readonly Column<LoadStep>[] = [
  { header: 'Level', kind: 'number', sortBy: levelOf, cell: (step) => levelInWords(step) },
  {
    header: 'Verdict',
    cell: ({ verdict, reason }) =>
      verdict === undefined ? null : (
        <>
          <Badge tone={tones[verdict]}>{verdict}</Badge> <small class="note">{reason}</small>
        </>
      ),
  },
  {
    header: 'From',
    kind: 'number',
    sortBy: ({ startSecond }) => startSecond,
    cell: (step) => clockTime(step.startSecond),
  },
  { header: 'Held', kind: 'number', cell: ({ durationSeconds }) => formats.duration(durationSeconds) },
  figureColumn('Requests', 'count', ({ requests }) => requests),
  figureColumn('Throughput', 'perSecond', ({ requestsPerSecond }) => requestsPerSecond),
  figureColumn('Successful', 'percent', ({ successRatePercent }) => successRatePercent),
  figureColumn('Mean', 'ms', ({ avgResponseTimeMs }) => avgResponseTimeMs),
  figureColumn('p50', 'ms', ({ p50ResponseTimeMs }) => p50ResponseTimeMs),
  figureColumn('p95', 'ms', ({ p95ResponseTimeMs }) => p95ResponseTimeMs),
  figureColumn('p99', 'ms', ({ p99ResponseTimeMs }) => p99ResponseTimeMs),
  figureColumn('Little’s law', 'change', ({ littlesLaw }) => littlesLaw?.differencePercent),
];

/** Levels of a test with what was measured while each was held. */
export const StepsTable = ({ caption, steps }: { caption: string; steps: readonly LoadStep[] }) => (
  <DataTable caption={caption} columns={columns} rows={steps} rowKey={({ startSecond }) => String(startSecond)} />
);
