// `headroom/metrics`: figures of the service's own, reported with each window.
import type { Counter, Gauge, Histogram, Labelled } from './metrics/instruments.ts';
import type { GaugeOptions, HistogramOptions, LabelValues, MetricOptions } from './metrics/metric-options.ts';
import { metricRegistry } from './metrics/registry.ts';

export type { Counter, Gauge, GaugeOptions, Histogram, HistogramOptions, Labelled, LabelValues, MetricOptions };

type Named<Label extends string, Options> = (Options & { labels: readonly Label[] }) | readonly Label[];

const isLabels = (value: unknown): value is readonly string[] => Array.isArray(value);
const optionsOf = <Options extends MetricOptions<string>>(given: Options | readonly string[] | undefined) =>
  isLabels(given) ? { labels: given } : given;

/**
 * What happened how often, or how much of it: orders, bytes. The second of a name is the first, if it agrees with it.
 *
 * @param options or the names of the labels alone
 * @throws TypeError for names or options that are wrong, or those of another metric. What is recorded never throws.
 */
export function counter(name: string, options?: MetricOptions): Counter;
export function counter<Label extends string>(
  name: string,
  options: Named<Label, MetricOptions<Label>>,
): Labelled<Counter, Label>;
export function counter(name: string, options?: MetricOptions<string> | readonly string[]) {
  return metricRegistry().counter(name, optionsOf(options));
}

/** What something is at the moment: a queue's length, a temperature. As `counter`. */
export function gauge(name: string, options?: GaugeOptions): Gauge;
export function gauge<Label extends string>(
  name: string,
  options: Named<Label, GaugeOptions<Label>>,
): Labelled<Gauge, Label>;
export function gauge(name: string, options?: GaugeOptions<string> | readonly string[]) {
  return metricRegistry().gauge(name, optionsOf(options));
}

/** How values are distributed: times, sizes. As `counter`. */
export function histogram(name: string, options?: HistogramOptions): Histogram;
export function histogram<Label extends string>(
  name: string,
  options: Named<Label, HistogramOptions<Label>>,
): Labelled<Histogram, Label>;
export function histogram(name: string, options?: HistogramOptions<string> | readonly string[]) {
  return metricRegistry().histogram(name, optionsOf(options));
}
