import type { CacheStats } from '../../contracts/cache-stats.ts';
import { formats, type Unit } from '../../pages/units.ts';
import { Stats } from '../components/stats.tsx';
import { bytes } from './bytes.ts';

const written = (value: number | undefined, unit: Unit): string | undefined =>
  value === undefined ? undefined : formats[unit](value);

export const CacheFigures = ({ stats }: { stats: CacheStats }) => {
  const { hitRatePercent, totalRequests, cacheHits, cacheMisses, performance, savings, cost } = stats;
  return (
    <Stats
      of={[
        { label: 'Hit rate', value: written(hitRatePercent, 'percent') },
        {
          label: 'Gets',
          value: formats.count(totalRequests),
          note: `${formats.count(cacheHits)} hits, ${formats.count(cacheMisses)} misses`,
        },
        { label: 'A get takes', value: written(performance.avgGetMs, 'ms') },
        { label: 'A set takes', value: written(performance.avgSetMs, 'ms') },
        { label: 'Evictions', value: formats.count(performance.evictions), note: 'from memory, for want of room' },
        {
          label: 'Saved',
          value: formats.duration(savings.loaderMs / 1000),
          note: `of loading, and ${bytes(savings.compressionBytes)} by compression`,
        },
        {
          label: 'Cost',
          value: cost.usd > 0 && cost.usd < 0.01 ? 'below 0.01 USD' : formats.usd(cost.usd),
          note: 'with a month of what is stored',
        },
      ]}
    />
  );
};
