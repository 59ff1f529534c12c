import type { MetricWindow } from '../../contracts/telemetry.ts';
import { telemetryLimits } from '../../contracts/telemetry-limits.ts';
import { type OwnErrors, ownErrors } from '../telemetry/own-errors.ts';
import { type Addition, type WindowSource, windowSources } from '../telemetry/sources.ts';
import { Family, type Kind } from './family.ts';
import { BoundCounter, BoundGauge, BoundHistogram } from './instruments.ts';
import {
  checkName,
  checkOptions,
  type GaugeOptions,
  type HistogramOptions,
  type MetricOptions,
  resolutionOf,
} from './metric-options.ts';
import { CounterSeries, GaugeSeries, HistogramSeries, type Series } from './series.ts';

export interface RegistryLimits {
  /** Of one metric: further sets of labels are counted together. */
  readonly seriesPerMetric: number;
  /** Of all metrics. */
  readonly series: number;
  /** So many of these are for the first series of a metric only. */
  readonly firstSeries: number;
}

const defaultLimits: RegistryLimits = { seriesPerMetric: 100, series: telemetryLimits.metrics, firstSeries: 60 };

interface Registered {
  readonly family: Family<Series>;
  readonly instrument: BoundCounter | BoundGauge | BoundHistogram;
  /** What a second one of this name must agree with. */
  readonly shape: string;
}

/** The own metrics of a process, by name. Adds to each window what was recorded within it. */
export class MetricRegistry implements WindowSource {
  readonly #registered = new Map<string, Registered>();
  readonly #readers = new Map<string, () => void>();
  readonly #collectors = new Set<() => void>();
  readonly #limits: RegistryLimits;
  readonly #errors: OwnErrors;
  #placesLeft: number;

  constructor(errors: OwnErrors = ownErrors, limits = defaultLimits) {
    this.#errors = errors;
    this.#limits = limits;
    this.#placesLeft = limits.series;
  }

  counter(name: string, options: MetricOptions<string> = {}): BoundCounter {
    return this.#register('counter', name, options, () => new CounterSeries(), BoundCounter);
  }

  gauge(name: string, options: GaugeOptions<string> = {}): BoundGauge {
    const { read, labels = [] } = options;
    if (read !== undefined && (typeof read !== 'function' || labels.length > 0)) {
      throw new TypeError(`The metric ${name} is read by a function, and has no labels then`);
    }
    const gauge = this.#register('gauge', name, options, () => new GaugeSeries(), BoundGauge);
    if (read !== undefined && this.#registered.has(name)) this.#readers.set(name, () => readInto(gauge, read));
    return gauge;
  }

  histogram(name: string, options: HistogramOptions<string> = {}): BoundHistogram {
    const resolution = resolutionOf(name, options);
    const create = (): HistogramSeries => new HistogramSeries(resolution);
    return this.#register('histogram', name, options, create, BoundHistogram, resolution);
  }

  /** Called before each window is closed, to record what is counted elsewhere. */
  addCollector(collect: () => void): void {
    this.#collectors.add(collect);
  }

  hasNews(): boolean {
    if (this.#readers.size > 0) return true;
    for (const { family } of this.#registered.values()) if (family.hasNews) return true;
    return false;
  }

  close(): Addition {
    for (const collect of this.#collectors) this.#errors.guard('Collecting metrics', collect);
    for (const [name, read] of this.#readers) this.#errors.guard(`Reading the metric ${name}`, read);
    const metrics: MetricWindow[] = [];
    for (const { family } of this.#registered.values()) metrics.push(...family.take());
    return { metrics };
  }

  #register<S extends Series, I extends BoundCounter | BoundGauge | BoundHistogram>(
    kind: Kind,
    name: string,
    options: MetricOptions<string>,
    create: () => S,
    Bound: new (family: Family<S>) => I,
    resolution?: number,
  ): I {
    checkName(name);
    checkOptions(name, options);
    const { labels: labelNames = [], unit } = options;
    const shape = JSON.stringify({ kind, labels: labelNames.toSorted(), unit, resolution });
    const known = this.#registered.get(name);
    if (known !== undefined) {
      if (known.shape === shape) return known.instrument as I;
      throw new TypeError(`There is a metric ${name} already, and it is another one: ${known.shape}, not ${shape}`);
    }
    const family = new Family<S>(
      {
        name,
        kind,
        labelNames: [...labelNames],
        unit,
        maxSeries: this.#limits.seriesPerMetric,
        places: { take: (first) => this.#takePlace(first), giveBack: () => this.#placesLeft++ },
        errors: this.#errors,
      },
      create,
    );
    const instrument = new Bound(family);
    // Names made of data would fill the map, too.
    if (family.hasPlace) this.#registered.set(name, { family, instrument, shape });
    return instrument;
  }

  #takePlace(first: boolean): boolean {
    if (this.#placesLeft <= (first ? 0 : this.#limits.firstSeries)) return false;
    this.#placesLeft--;
    return true;
  }
}

function readInto(gauge: BoundGauge, read: () => number | undefined): void {
  gauge.unset();
  const value = read();
  if (value !== undefined) gauge.set(value);
}

const key = Symbol.for('headroom.metrics');
const shared: typeof globalThis & { [key]?: MetricRegistry } = globalThis;

/** That of the process: two copies of the package name the same metrics. */
export function metricRegistry(): MetricRegistry {
  shared[key] ??= new MetricRegistry();
  windowSources.add(shared[key]);
  return shared[key];
}
