import type { Finding } from '../../contracts/analysis-depths.ts';
import type { Anomalies } from '../../contracts/history-analysis/anomalies.ts';
import { isBetterLow } from '../history/usual-metrics.ts';
import { inWords } from '../words.ts';
import { findingId } from './finding-id.ts';

const dayMs = 86_400_000;
/** Older ones are history. */
const recentMs = 2 * dayMs;

/** What was worse than usual lately: of each figure the latest. */
export const anomalyFindings = ({ series, to: end }: Anomalies): Finding[] =>
  series.flatMap(({ metric, unit = '', found }): Finding[] => {
    const last = found.enough ? found.anomalies.at(-1) : undefined;
    if (last === undefined || !isBetterLow(metric) || last.value <= last.expected) return [];
    if (Date.parse(last.to) < Date.parse(end) - recentMs) return [];
    const { from, to, peakAt, score, value, expected, low, high } = last;
    return [
      {
        findingId: findingId('anomaly', metric),
        kind: 'anomaly',
        component: metric,
        issue: `Was ${inWords.count(value)} ${unit} at ${peakAt.slice(0, 16)}, where ${inWords.count(low)} to ${inWords.count(high)} was to be expected.`,
        evidence: [{ metric, subject: 'service', from, to, values: { value, expected, low, high, score } }],
        recommendation: `Look at what the service did around ${peakAt.slice(0, 16)}: a job, a release, or a part that it depends on.`,
      },
    ];
  });
