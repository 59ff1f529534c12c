import { isBetterLow } from '../../analysis/history/usual-metrics.ts';
import type { AlertSeverity } from '../../contracts/alerts.ts';
import type { Anomalies } from '../../contracts/history-analysis/anomalies.ts';
import type { Course } from '../../contracts/history-analysis/course.ts';
import type { Finding } from '../lifecycle/observation.ts';
import { windowOf } from './course-window.ts';

/** Above the detector's own 0.5: somebody is told. */
const minScore = 0.6;
const newestMs = 2 * 3_600_000;

type Anomaly = Extract<Anomalies['series'][number]['found'], { enough: true }>['anomalies'][number];

/** The figures that are not as they usually are in the newest two hours, by their names. A figure that is better than usual alarms nobody. */
export function unusual(project: string, { series, to }: Anomalies, course: Course): Map<string, Finding> {
  const since = Date.parse(to) - newestMs;
  const found = series.flatMap(({ metric, unit = '', found: claim }) => {
    const last = claim.enough ? claim.anomalies.at(-1) : undefined;
    if (last === undefined || last.score < minScore || Date.parse(last.to) < since) return [];
    if (isBetterLow(metric) && last.value < last.expected) return [];
    const { shown, ...found } = findingOf(project, metric, unit, last);
    return [[metric, { ...found, shown: { ...shown, ...windowOf(course, metric) } }] as const];
  });
  return new Map(found);
}

/** How surprising it is says nothing of the harm: of itself, an anomaly wakes up nobody. */
const severityOf = (score: number): AlertSeverity => (score >= 0.9 ? 'medium' : 'low');

const shown = (value: number): number => Number(value.toPrecision(4));

function findingOf(project: string, metric: string, unit: string, anomaly: Anomaly): Finding {
  const { from, to, peakAt, score, value, expected, low, high } = anomaly;
  return {
    severity: severityOf(score),
    reason: `${metric} was ${shown(value)} ${unit} at ${peakAt}, where ${shown(low)} to ${shown(high)} is usual.`,
    shown: {
      value,
      unit,
      analysis: `/v1/projects/${project}/anomalies`,
      evidence: [{ metric, subject: 'service', from, to, values: { value, expected, low, high, score } }],
    },
  };
}
