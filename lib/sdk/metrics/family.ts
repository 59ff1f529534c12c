import { metricNameLimits } from '../../contracts/metric-names.ts';
import type { MetricWindow } from '../../contracts/telemetry.ts';
import type { OwnErrors } from '../telemetry/own-errors.ts';
import type { Series } from './series.ts';

export type Kind = MetricWindow['kind'];

/** The places for series that a registry has, over all its metrics. */
export interface Places {
  /** @param first of its metric: for these some are kept, so that the labels of others cannot take all */
  take(first: boolean): boolean;
  giveBack(): void;
}

export interface FamilySettings {
  readonly name: string;
  readonly kind: Kind;
  readonly labelNames: readonly string[];
  readonly unit: string | undefined;
  /** Series of this one metric. */
  readonly maxSeries: number;
  readonly places: Places;
  readonly errors: OwnErrors;
}

const other = '*other*';
/** After so many windows without news a series makes room: five minutes, at 10 s each. */
const idleWindows = 30;

/** A set of labels, and what it is called in the map: unlike sets must have unlike keys. */
export interface LabelSet {
  readonly key: string;
  readonly labels: Readonly<Record<string, string>>;
}

interface Member<S> {
  readonly labels: Readonly<Record<string, string>>;
  readonly series: S;
  idle: number;
}

/**
 * All series of one metric. Invariant: it holds at most `maxSeries` of them and one for all other sets of labels, and each of these
 * has a place, so that what a process reports and keeps is bounded whatever labels it is given.
 */
export class Family<S extends Series> {
  readonly settings: FamilySettings;
  readonly #create: () => S;
  readonly #members = new Map<string, Member<S>>();
  /** The one series of a metric without labels, or that of the sets beyond the bound: its place is taken from the start. */
  readonly hasPlace: boolean;
  #others: S | undefined;
  #saidFull = false;

  constructor(settings: FamilySettings, create: () => S) {
    this.settings = settings;
    this.#create = create;
    this.hasPlace = settings.places.take(true);
    if (!this.hasPlace) this.#sayFull('and nothing of it is reported');
  }

  get hasNews(): boolean {
    if (this.hasPlace && this.#others?.hasNews === true) return true;
    for (const { series } of this.#members.values()) if (series.hasNews) return true;
    return false;
  }

  /** Never throws: what is wrong with the values is counted as an error of the SDK's own. */
  setOf(values: Readonly<Record<string, unknown>>): LabelSet {
    const { labelNames, name, errors } = this.settings;
    const labels: Record<string, string> = {};
    let key = '';
    for (const label of labelNames) {
      const value = values?.[label];
      if (value === undefined) errors.report(`The metric ${name} was given no value for its label ${label}`);
      const text = String(value ?? '').slice(0, metricNameLimits.labelValue);
      labels[label] = text;
      key = labelNames.length === 1 ? text : `${key}${text.length}:${text}`;
    }
    return { key, labels };
  }

  /** The series of this set, or that of all others when there are too many. */
  seriesOf({ key, labels }: LabelSet): S {
    const known = this.#members.get(key);
    if (known !== undefined) return known.series;
    if (!this.#mayGrow()) return this.#seriesOfOthers();
    const series = this.#create();
    this.#members.set(key, { labels, series, idle: 0 });
    return series;
  }

  /** What there is to tell since the last time. */
  take(): MetricWindow[] {
    const { labelNames } = this.settings;
    const windows: MetricWindow[] = [];
    for (const [key, member] of this.#members) {
      member.idle = member.series.hasNews ? 0 : member.idle + 1;
      this.#add(windows, member.labels, member.series);
      if (member.idle >= idleWindows && member.series.isForgettable) this.#forget(key, member);
    }
    const others = this.#others;
    if (others === undefined) return windows;
    // Whoever records into it looks for a place of his own again.
    others.isLive = false;
    this.#others = undefined;
    // The last value of any of them would say nothing.
    if (this.hasPlace && this.settings.kind !== 'gauge') {
      this.#add(windows, Object.fromEntries(labelNames.map((label) => [label, other])), others);
    }
    return windows;
  }

  #add(windows: MetricWindow[], labels: Readonly<Record<string, string>>, series: S): void {
    const { name, unit } = this.settings;
    const figures = series.take();
    if (figures !== undefined) windows.push({ name, labels, ...(unit !== undefined && { unit }), ...figures });
  }

  #mayGrow(): boolean {
    const { labelNames, maxSeries, places } = this.settings;
    if (labelNames.length === 0) return this.hasPlace;
    return this.hasPlace && this.#members.size < maxSeries && places.take(false);
  }

  #seriesOfOthers(): S {
    if (this.hasPlace) {
      const { kind } = this.settings;
      this.#sayFull(
        kind === 'gauge' ? 'and further ones are not reported' : `and further ones are counted as ${other}`,
      );
    }
    this.#others ??= this.#create();
    return this.#others;
  }

  #forget(key: string, member: Member<S>): void {
    if (this.settings.labelNames.length === 0) return;
    member.series.isLive = false;
    this.#members.delete(key);
    this.settings.places.giveBack();
  }

  #sayFull(consequence: string): void {
    if (this.#saidFull) return;
    this.#saidFull = true;
    this.settings.errors.report(
      `There are too many series of metrics: ${this.settings.name} has ${this.#members.size}, ${consequence}`,
    );
  }
}
