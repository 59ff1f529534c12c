import type { Anomalies, AnomalyClaim } from '../../contracts/history-analysis/anomalies.ts';
import { isoTime } from '../../platform/clock.ts';
import { anomaliesOf } from '../../statistics/anomalies-of.ts';
import type { HistoryPoint } from '../../telemetry/history/service.ts';
import { foundIn, type SeriesInRange } from './series.ts';
import { wholeOnes } from './whole-ones.ts';

/** Where a figure was not as it usually is, each point judged by those before it. */
export function anomaliesIn(range: SeriesInRange): Anomalies {
  return foundIn(range, (_, points) => claimOf(wholeOnes(points, range)));
}

function claimOf(points: readonly HistoryPoint[]): AnomalyClaim {
  const { anomalies, enough } = anomaliesOf(points.map(({ at, value }) => ({ timestampMs: at, value })));
  if (!enough) {
    return {
      enough: false,
      reason: `${points.length} points in time have data`,
      needed: 'More than 100: wait, ask for a longer range, or for a finer resolution',
    };
  }
  return {
    enough: true,
    points: points.length,
    anomalies: anomalies.map(({ from, to, peakAt, ...measured }) => ({
      from: isoTime(from),
      to: isoTime(to),
      peakAt: isoTime(peakAt),
      ...measured,
    })),
  };
}
