import {
  endpointMetrics,
  type Histories,
  type HistoriesQuery,
  type History,
  type HistoryMetric,
  type HistoryQuery,
  historyMetrics,
  maxHistoryPoints,
  type Resolution,
  resolutions,
} from '../../contracts/telemetry-history.ts';
import { type Clock, isoTime } from '../../platform/clock.ts';
import { DomainError } from '../../platform/errors.ts';
import type { ProjectService } from '../../projects/service.ts';
import type { TelemetryAggregate } from '../aggregate.ts';
import type { Period } from '../period.ts';
import { levels, startOf } from '../rollups/levels.ts';
import type { TelemetryService } from '../service.ts';
import { customFigure } from './custom-figure.ts';
import { type Figure, figures } from './figures.ts';

/** `at`: where the minute, hour or day begins, in epoch milliseconds. */
export interface HistoryPoint {
  at: number;
  value: number;
}

const hourMs = 3_600_000;
/** What a plot can show. */
const usualPoints = 400;
const customPrefix = 'custom:';

/** One figure of a service over time. */
export class TelemetryHistory {
  readonly #telemetry: TelemetryService;
  readonly #projects: ProjectService;
  readonly #clock: Clock;

  constructor(telemetry: TelemetryService, projects: ProjectService, clock: Clock) {
    this.#telemetry = telemetry;
    this.#projects = projects;
    this.#clock = clock;
  }

  /**
   * Several figures of the whole service at once, which costs no more to read than one.
   *
   * @param period begins where a minute, an hour or a day begins; in epoch milliseconds
   */
  async series(
    project: string,
    metrics: readonly HistoryMetric[],
    resolution: Resolution,
    period: Period,
  ): Promise<Map<HistoryMetric, HistoryPoint[]>> {
    const points = new Map(metrics.map((metric): [HistoryMetric, HistoryPoint[]] => [metric, []]));
    const { ms } = levels[resolution];
    for await (const { start, bucket } of this.#telemetry.buckets(project, resolution, period, { summary: true })) {
      const seconds = (Math.min(start + ms, period.to) - start) / 1000;
      for (const metric of metrics) {
        const value = figures[metric](bucket, seconds);
        if (value !== undefined) points.get(metric)?.push({ at: start, value });
      }
    }
    return points;
  }

  /**
   * What is asked for: by default an hour, in the finest resolution with at most some hundred points.
   *
   * @throws DomainError invalid-request
   */
  rangeOf(query: Pick<HistoryQuery, 'from' | 'to' | 'resolution'>): { resolution: Resolution; period: Period } {
    const now = this.#clock();
    const to = query.to === undefined ? now : Math.min(now, Date.parse(query.to));
    const from = query.from === undefined ? to - hourMs : Date.parse(query.from);
    if (from >= to) throw invalid('from', 'must lie before `to` and in the past');
    const resolution = query.resolution ?? usualResolution({ from, to });
    if ((to - from) / levels[resolution].ms > maxHistoryPoints) {
      throw invalid('resolution', `gives more than ${maxHistoryPoints} points: ask for less, or for a coarser one`);
    }
    return { resolution, period: { from: startOf(resolution, from), to } };
  }

  /** @throws DomainError not-found, invalid-request */
  async of(project: string, query: HistoryQuery): Promise<History> {
    await this.#projects.require(project);
    const { resolution, period } = this.rangeOf(query);
    const { ms } = levels[resolution];
    const { figure, summary, unit } = askedFor(query);
    const points: History['points'] = [];
    for await (const { start, bucket } of this.#telemetry.buckets(project, resolution, period, { summary })) {
      // The last one may not be over.
      const value = figure(bucket, (Math.min(start + ms, period.to) - start) / 1000);
      if (value !== undefined) points.push({ at: isoTime(start), value });
    }
    return {
      metric: query.metric,
      ...(unit === undefined ? {} : { unit }),
      ...(query.statistic === undefined ? {} : { statistic: query.statistic }),
      resolution,
      from: isoTime(period.from),
      to: isoTime(period.to),
      points,
    };
  }

  /** @throws DomainError not-found, invalid-request */
  async several(project: string, query: HistoriesQuery): Promise<Histories> {
    await this.#projects.require(project);
    const { resolution, period } = this.rangeOf(query);
    const metrics = query.metrics.split(',') as HistoryMetric[];
    const found = await this.series(project, metrics, resolution, period);
    return {
      resolution,
      from: isoTime(period.from),
      to: isoTime(period.to),
      series: Array.from(found, ([metric, points]) => ({
        metric,
        unit: historyMetrics[metric],
        points: points.map(({ at, value }) => ({ at: isoTime(at), value })),
      })),
    };
  }
}

const usualResolution = ({ from, to }: Period): Resolution =>
  resolutions.find((resolution) => (to - from) / levels[resolution].ms <= usualPoints) ?? 'day';

/** @returns `summary`: whether what all endpoints come to together is enough for it */
function askedFor(query: HistoryQuery): { figure: Figure; summary: boolean; unit: string | undefined } {
  const { metric, endpoint, labels = '', statistic } = query;
  if (metric.startsWith(customPrefix)) {
    if (endpoint !== undefined) throw invalid('endpoint', 'is for figures of requests');
    const pairs = labels === '' ? [] : labels.split(',').map((pair) => pair.split(/=(.*)/s).slice(0, 2));
    const figure = customFigure({
      name: metric.slice(customPrefix.length),
      statistic,
      labels: Object.fromEntries(pairs),
    });
    return { figure, summary: false, unit: undefined };
  }
  if (statistic !== undefined) throw invalid('statistic', 'is for custom metrics');
  if (labels !== '') throw invalid('labels', 'is for custom metrics');
  const known = metric as HistoryMetric;
  const figure = figures[known];
  const unit = historyMetrics[known];
  if (endpoint === undefined) return { figure, summary: true, unit };
  if (!(endpointMetrics as readonly string[]).includes(metric)) {
    throw invalid('endpoint', `goes with ${endpointMetrics.join(', ')} only`);
  }
  return { figure: (bucket, seconds) => figure(only(bucket, endpoint), seconds), summary: false, unit };
}

/** Nothing was observed of an endpoint that nobody asked for: there may be none of that name. */
function only(bucket: TelemetryAggregate, endpoint: string): TelemetryAggregate {
  const endpoints = bucket.endpoints.filter((each) => each.endpoint === endpoint);
  return { ...bucket, endpoints, observed: endpoints.length === 0 ? undefined : bucket.observed };
}

const invalid = (parameter: string, message: string): DomainError =>
  new DomainError('invalid-request', `query.${parameter}: ${message}`, {
    fieldErrors: [{ path: `query.${parameter}`, message }],
  });
