import type { ProjectSummary } from '../../contracts/analysis.ts';
import { formats, type Unit } from '../../pages/units.ts';
import { Stats } from '../components/stats.tsx';

const written = (value: number | undefined, unit: Unit): string | undefined =>
  value === undefined ? undefined : formats[unit](value);

/** @param summary undefined: it is not known yet; the figures have their places all the same */
export function KeyFigures({ summary }: { summary: ProjectSummary | undefined }) {
  const { keyMetrics: metrics = {}, activeAlerts } = summary ?? {};
  return (
    <Stats
      of={[
        { label: 'Throughput', value: written(metrics.requestsPerSecond, 'perSecond') },
        { label: 'Mean response', value: written(metrics.avgResponseTimeMs, 'ms') },
        { label: 'p95 response', value: written(metrics.p95ResponseTimeMs, 'ms') },
        { label: 'Errors', value: written(metrics.errorRatePercent, 'percent') },
        { label: 'Memory', value: written(metrics.memoryUsageMb, 'mb') },
        { label: 'Cache hits', value: written(metrics.cacheHitRatePercent, 'percent') },
        {
          label: 'Open alerts',
          value: written(activeAlerts, 'count'),
          tone: activeAlerts === undefined || activeAlerts === 0 ? undefined : 'bad',
        },
      ]}
    />
  );
}
