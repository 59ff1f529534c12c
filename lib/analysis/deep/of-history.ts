import type { AnalysisSections } from '../../contracts/analysis-depths.ts';
import { capacityFindings } from '../findings/capacity-findings.ts';
import { trendFindings } from '../findings/trend-findings.ts';
import { capacityOf } from '../history/capacity.ts';
import { peaksOf } from '../history/peaks.ts';
import { seriesOf } from '../history/series.ts';
import { testedCapacityOf } from '../history/tested-capacity.ts';
import { trendsIn } from '../history/trends.ts';
import type { ReadHistory } from './read-history.ts';

/** What a year of history and its load tests say. Pure. */
export function ofHistory({ days, hours, hourPeriod, stressTest }: ReadHistory): AnalysisSections {
  const trends = trendsIn(seriesOf(hours, 'hour', hourPeriod));
  const capacity = capacityOf(stressTest, days.get('sustainedRequestsPerSecond') ?? []);
  return {
    trends,
    peaks: peaksOf({ days, hours }, stressTest && testedCapacityOf(stressTest)),
    capacity,
    findings: [...trendFindings(trends), ...capacityFindings(capacity)],
  };
}
