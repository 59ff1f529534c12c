import type { AnalysisSections } from '../../contracts/analysis-depths.ts';
import { anomalyFindings } from '../findings/anomaly-findings.ts';
import { capacityFindings } from '../findings/capacity-findings.ts';
import { changeFindings } from '../findings/change-findings.ts';
import { trendFindings } from '../findings/trend-findings.ts';
import { anomaliesIn } from '../history/anomalies.ts';
import { capacityOf } from '../history/capacity.ts';
import { changePointsIn, loadTestChanges } from '../history/change-points.ts';
import { forecastsIn } from '../history/forecast.ts';
import { withoutOwnLoad } from '../history/own-load.ts';
import { peaksOf } from '../history/peaks.ts';
import { seriesOf } from '../history/series.ts';
import { testedCapacityOf } from '../history/tested-capacity.ts';
import { trendsIn } from '../history/trends.ts';
import { demandMetric } from '../history/usual-metrics.ts';
import type { ReadHistory } from './read-history.ts';

/** What a year of history and its load tests say. Pure. */
export function ofHistory({ now, days, dayPeriod, hours, hourPeriod, ...tests }: ReadHistory): AnalysisSections {
  const { stressTest, loadTests, loadPeriods } = tests;
  const byHour = seriesOf(hours, 'hour', hourPeriod);
  const trends = trendsIn(byHour);
  const anomalies = anomaliesIn(byHour);
  const changePoints = {
    ...changePointsIn(seriesOf(days, 'day', dayPeriod)),
    loadTests: loadTestChanges(loadTests),
  };
  const sustained = { days: days.get(demandMetric) ?? [], hours: hours.get(demandMetric) ?? [] };
  const capacity = capacityOf(stressTest, withoutOwnLoad(sustained, loadPeriods).days, now);
  return {
    trends,
    anomalies,
    changePoints,
    forecast: forecastsIn(byHour),
    peaks: peaksOf({ days, hours }, stressTest && testedCapacityOf(stressTest), loadPeriods),
    capacity,
    findings: [
      ...changeFindings(changePoints),
      ...capacityFindings(capacity),
      ...trendFindings(trends),
      ...anomalyFindings(anomalies),
    ],
  };
}
