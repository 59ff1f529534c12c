import { labelNamePattern, metricNameLimits, metricNamePattern } from '../../contracts/metric-names.ts';
import { telemetryLimits } from '../../contracts/telemetry-limits.ts';

export interface MetricOptions<Label extends string = never> {
  /** The names of its labels: at most 10, whose values are few. Each set of values is a series of its own. */
  labels?: readonly Label[];
  /** `ms`, `bytes`, `EUR`: at most 40 characters. */
  unit?: string;
  /** A sentence for people. It stays in the process. */
  help?: string;
}

export interface HistogramOptions<Label extends string = never> extends MetricOptions<Label> {
  /**
   * In the metric's unit: values are kept to that, up to 2^36 times it. By default a microsecond where the unit is `s`, `ms` or `us`,
   * 1 where it is `ns` or `bytes`, else 0.001.
   */
  resolution?: number;
}

export interface GaugeOptions<Label extends string = never> extends MetricOptions<Label> {
  /** Asked once a window, instead of `set`; undefined or a throw: no value in that window. Only without labels. */
  read?: () => number | undefined;
}

/** A label's values become text. */
export type LabelValues<Label extends string> = Readonly<Record<Label, string | number | boolean>>;

const resolutions: Record<string, number> = { s: 1e-6, ms: 1e-3, us: 1, ns: 1, bytes: 1 };
const defaultResolution = 1e-3;
const resolutionBounds = { min: 1e-9, max: 1e9 } as const;

const quoted = (value: unknown): string => `\`${String(value).slice(0, 100)}\``;

export function checkName(name: unknown): asserts name is string {
  if (typeof name === 'string' && name.length <= metricNameLimits.name && metricNamePattern.test(name)) return;
  throw new TypeError(
    `${quoted(name)} is no name for a metric: up to ${metricNameLimits.name} letters, digits, _ and ., no digit in front`,
  );
}

/** @throws TypeError */
export function checkOptions(name: string, { labels = [], unit }: MetricOptions<string>): void {
  if (!Array.isArray(labels)) throw new TypeError(`The labels of the metric ${name} are a list of names`);
  for (const label of labels) {
    if (typeof label === 'string' && labelNamePattern.test(label)) continue;
    throw new TypeError(`${quoted(label)} is no name for a label of the metric ${name}: letters, digits and _ only`);
  }
  if (labels.length > telemetryLimits.labels) {
    throw new TypeError(`The metric ${name} has ${labels.length} labels, and ${telemetryLimits.labels} are the most`);
  }
  if (new Set(labels).size < labels.length) throw new TypeError(`The metric ${name} has a label twice`);
  if (unit !== undefined && !(typeof unit === 'string' && unit.length <= metricNameLimits.unit)) {
    throw new TypeError(`The unit of the metric ${name} must be text of up to ${metricNameLimits.unit} characters`);
  }
}

/** @throws TypeError */
export function resolutionOf(name: string, { unit = '', resolution }: HistogramOptions<string>): number {
  if (resolution === undefined) return resolutions[unit] ?? defaultResolution;
  if (resolution >= resolutionBounds.min && resolution <= resolutionBounds.max) return resolution;
  throw new TypeError(
    `The resolution of the metric ${name} must be from ${resolutionBounds.min} to ${resolutionBounds.max}`,
  );
}
