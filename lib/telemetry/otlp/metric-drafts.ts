import { metricNameLimits } from '../../contracts/metric-names.ts';
import type { MetricWindow } from '../../contracts/telemetry.ts';
import { telemetryLimits } from '../../contracts/telemetry-limits.ts';
import type { Sketch } from '../../statistics/sketch.ts';
import { textOf } from '../records/seen-request.ts';
import type { Attributes } from './attributes.ts';
import { bucketList } from './buckets.ts';
import type { Change } from './series.ts';
import { spread } from './spread.ts';

/** What one unit of a sketch is, by the unit of the metric: always the same, so that all sketches of a metric can be merged. */
const resolutions: Record<string, number> = { s: 1e-6, ms: 1e-3, us: 1, ns: 1, By: 1, '1': 1e-6 };
const otherResolution = 1e-3;
const maxLabels = telemetryLimits.labels;

/** The service's own metrics within one window, by their names and labels. */
export class MetricDrafts {
  readonly #drafts = new Map<string, { window: MetricWindow; values?: Sketch; lastMs: number }>();

  /** @returns why it cannot be kept, or undefined */
  add(change: Change): string | undefined {
    const name = nameOf(change.name);
    if (name === undefined) return 'the name is empty.';
    const labels = labelsOf(change.attributes);
    const unit = textOf(change.unit, metricNameLimits.unit, '');
    const told = { name, labels, ...(unit !== '' && { unit }) };
    const key = JSON.stringify([change.kind, name, unit, labels]);
    const draft = this.#drafts.get(key);
    if (draft === undefined) {
      if (this.#drafts.size >= telemetryLimits.metrics) return `there are over ${telemetryLimits.metrics} series.`;
      this.#drafts.set(key, begun(change, told));
      return undefined;
    }
    merge(draft, change);
    return undefined;
  }

  wire(): MetricWindow[] {
    return [...this.#drafts.values()].map(({ window, values }) =>
      window.kind === 'histogram' && values !== undefined ? { ...window, values: values.toBase64() } : window,
    );
  }
}

type Draft = { window: MetricWindow; values?: Sketch; lastMs: number };

function begun(change: Change, told: Pick<MetricWindow, 'name' | 'labels' | 'unit'>): Draft {
  const lastMs = change.timeMs;
  if (change.kind === 'counter') return { window: { ...told, kind: 'counter', value: bounded(change.value) }, lastMs };
  if (change.kind === 'gauge') {
    const { value } = change;
    return { window: { ...told, kind: 'gauge', last: value, min: value, max: value, sum: value, count: 1 }, lastMs };
  }
  const resolution = resolutions[change.unit] ?? otherResolution;
  const values = spread(bucketList(change.buckets), change, 1 / resolution);
  return { window: { ...told, kind: 'histogram', resolution, values: '' }, values, lastMs };
}

/** Of one series, or of several that the labels left do not tell apart. */
function merge(draft: Draft, change: Change): void {
  const { window } = draft;
  if (window.kind === 'counter' && change.kind === 'counter') window.value = bounded(window.value + change.value);
  if (window.kind === 'histogram' && change.kind === 'histogram') {
    draft.values?.merge(spread(bucketList(change.buckets), change, 1 / window.resolution));
  }
  if (window.kind !== 'gauge' || change.kind !== 'gauge') return;
  const { value, timeMs } = change;
  if (timeMs >= draft.lastMs) window.last = value;
  draft.lastMs = Math.max(draft.lastMs, timeMs);
  window.min = Math.min(window.min, value);
  window.max = Math.max(window.max, value);
  window.sum += value;
  window.count++;
}

const bounded = (value: number): number => Math.min(telemetryLimits.amount, value);

function nameOf(name: string): string | undefined {
  const plain = name.replace(/[^a-zA-Z0-9_.]/g, '_').slice(0, metricNameLimits.name);
  if (plain === '') return undefined;
  return /^[a-zA-Z_]/.test(plain) ? plain : `_${plain.slice(0, metricNameLimits.name - 1)}`;
}

/** Dots are written as underscores. Of too many, the first by their names. */
function labelsOf(attributes: Attributes): Record<string, string> {
  const labels = new Map<string, string>();
  for (const [name, value] of attributes.sorted()) {
    const plain = name.replace(/\W/g, '_').slice(0, 99);
    const label = /^[a-zA-Z_]/.test(plain) ? plain : `_${plain}`;
    if (labels.size < maxLabels && !labels.has(label)) {
      labels.set(label, String(value).slice(0, metricNameLimits.labelValue).toWellFormed());
    }
  }
  return Object.fromEntries(labels);
}
