import type { Check } from '../../contracts/checks.ts';
import { formats, type Unit } from '../../pages/units.ts';
import { ScoreBadge } from '../components/badge.tsx';
import { Stats } from '../components/stats.tsx';

const written = (value: number | undefined, unit: Unit): string | undefined =>
  value === undefined ? undefined : formats[unit](value);

export function CheckFigures({ check: { project, testId, loadTest, analysis } }: { check: Check }) {
  const { performanceMetrics, successRatePercent } = loadTest ?? {};
  return (
    <Stats
      of={[
        { label: 'Score', value: <ScoreBadge score={analysis?.performanceScore} /> },
        { label: 'p95 response', value: written(performanceMetrics?.p95ResponseTimeMs, 'ms') },
        { label: 'Success rate', value: written(successRatePercent, 'percent') },
        { label: 'Bottlenecks', value: written(analysis?.bottlenecks.length, 'count') },
        ...(testId === undefined
          ? []
          : [
              {
                label: 'Load test',
                value: <a href={`/dashboard/projects/${project}/load-tests/${testId}`}>Its result</a>,
              },
            ]),
      ]}
    />
  );
}
