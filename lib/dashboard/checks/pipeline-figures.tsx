import type { PipelineRun } from '../../contracts/pipelines.ts';
import { formats, type Unit } from '../../pages/units.ts';
import { ScoreBadge } from '../components/badge.tsx';
import { type Stat, Stats } from '../components/stats.tsx';

const written = (value: number | undefined, unit: Unit): string | undefined =>
  value === undefined ? undefined : formats[unit](value);

export function PipelineFigures({ run: { project, findings, breaches } }: { run: PipelineRun }) {
  const { performanceScore, cacheHitRatePercent, regressions, testId, optimizationRunId } = findings;
  const base = `/dashboard/projects/${project}`;
  const links: Stat[] = [
    ...(testId === undefined
      ? []
      : [{ label: 'Load test', value: <a href={`${base}/load-tests/${testId}`}>Its result</a> }]),
    ...(optimizationRunId === undefined
      ? []
      : [{ label: 'Optimization', value: <a href={`${base}/optimization/${optimizationRunId}`}>Its run</a> }]),
  ];
  return (
    <Stats
      of={[
        { label: 'Score', value: <ScoreBadge score={performanceScore} /> },
        { label: 'Cache hits', value: written(cacheHitRatePercent, 'percent') },
        {
          label: 'Regressions',
          value: written(regressions, 'count'),
          tone: regressions === undefined || regressions === 0 ? undefined : 'bad',
        },
        {
          label: 'Broken limits',
          value: formats.count(breaches.length),
          tone: breaches.length === 0 ? undefined : 'bad',
        },
        ...links,
      ]}
    />
  );
}
