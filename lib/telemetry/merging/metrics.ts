import type { MetricWindow } from '../../contracts/telemetry.ts';
import { Sketch } from '../../statistics/sketch.ts';
import type { MetricAggregate } from '../aggregate.ts';
import type { MetricRollup } from '../rollups/rollup.ts';
import { compare, type Merging } from './merging.ts';

/** @param endedAt of the window, in epoch milliseconds */
export const metricRollupOf = (window: MetricWindow, endedAt: number): MetricRollup =>
  window.kind === 'gauge' ? { ...window, lastAt: endedAt } : window;

const labelsText = (labels: Record<string, string>): string =>
  JSON.stringify(Object.entries(labels).sort(([a], [b]) => compare(a, b)));

/** Of one kind; of two others the first stays as it is, which never happens, because their keys differ. */
function mergeMetrics(into: MetricAggregate, from: MetricAggregate): void {
  if (into.kind === 'counter' && from.kind === 'counter') into.value += from.value;
  if (into.kind === 'histogram' && from.kind === 'histogram') into.values.merge(from.values);
  if (into.kind !== 'gauge' || from.kind !== 'gauge') return;
  // Instances that report at the same time are told apart by nothing here: then the highest counts.
  const isLater = from.lastAt > into.lastAt || (from.lastAt === into.lastAt && from.last > into.last);
  if (isLater) Object.assign(into, { last: from.last, lastAt: from.lastAt });
  into.min = Math.min(into.min, from.min);
  into.max = Math.max(into.max, from.max);
  into.sum += from.sum;
  into.count += from.count;
}

export const metricMerging: Merging<MetricRollup, MetricAggregate> = {
  limit: 1000,
  open: (rollup) =>
    rollup.kind === 'histogram' ? { ...rollup, values: Sketch.fromBase64(rollup.values) } : { ...rollup },
  keyOf: (metric) =>
    [
      metric.name,
      metric.kind,
      metric.unit ?? '',
      metric.kind === 'histogram' ? metric.resolution : '',
      labelsText(metric.labels),
    ].join('\0'),
  // No time was spent on them: those that tell of the most events are told apart.
  costOf: (metric) =>
    metric.kind === 'counter' ? metric.value : metric.kind === 'gauge' ? metric.count : metric.values.count,
  merge: mergeMetrics,
  // Values of several metrics add up to nothing: they are only counted.
  asOther: () => ({ kind: 'counter', name: 'headroom_other_metrics', labels: {}, value: 1 }),
  pack: (metric) => (metric.kind === 'histogram' ? { ...metric, values: metric.values.toBase64() } : { ...metric }),
};
