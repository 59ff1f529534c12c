import type { Finding } from '../../contracts/analysis-depths.ts';
import type { Trends } from '../../contracts/history-analysis/trends.ts';
import { inWords } from '../words.ts';
import { findingId } from './finding-id.ts';

/** What gets worse, and surely so. */
export const trendFindings = ({ from, to, series }: Trends): Finding[] =>
  series.flatMap(({ metric, unit = '', found }): Finding[] => {
    if (!found.enough || found.verdict !== 'degrading') return [];
    const { changePercent, slopePerHour, slopePerHourInterval, pValue, points } = found;
    const perDay = `${inWords.count(slopePerHour * 24)} ${unit} a day`;
    const change = changePercent === undefined ? perDay : `${inWords.percent(changePercent)}, ${perDay}`;
    return [
      {
        findingId: findingId('trend', metric),
        kind: 'trend',
        component: metric,
        issue: `Has risen by ${change}, within the range that is looked at.`,
        evidence: [
          {
            metric,
            subject: 'service',
            from,
            to,
            values: {
              slopePerHour,
              slopePerHourLow: slopePerHourInterval.low,
              slopePerHourHigh: slopePerHourInterval.high,
              pValue,
              points,
              ...(changePercent === undefined ? {} : { changePercent }),
            },
          },
        ],
        recommendation: `Look at what has grown or was released while ${metric} rose: it goes on rising by ${perDay}.`,
      },
    ];
  });
