import type { Anomalies } from '../../contracts/history-analysis/anomalies.ts';
import type { CapacityAnswer } from '../../contracts/history-analysis/capacity.ts';
import type { ChangePoints } from '../../contracts/history-analysis/change-points.ts';
import type { Course } from '../../contracts/history-analysis/course.ts';
import type { ForecastQuery, Forecasts } from '../../contracts/history-analysis/forecast.ts';
import type { Peaks } from '../../contracts/history-analysis/peaks.ts';
import type { SeriesQuery } from '../../contracts/history-analysis/series.ts';
import type { Trends } from '../../contracts/history-analysis/trends.ts';
import type { LoadHistory } from '../../load/history-service.ts';
import { type Clock, isoTime } from '../../platform/clock.ts';
import { DomainError } from '../../platform/errors.ts';
import type { ProjectService } from '../../projects/service.ts';
import type { TelemetryHistory } from '../../telemetry/history/service.ts';
import { anomaliesIn } from '../history/anomalies.ts';
import { capacityOf } from '../history/capacity.ts';
import { changePointsIn, loadTestChanges } from '../history/change-points.ts';
import { courseOf } from '../history/course.ts';
import { forecastsIn } from '../history/forecast.ts';
import { withoutOwnLoad } from '../history/own-load.ts';
import { peaksOf } from '../history/peaks.ts';
import { lastDays, stepMsOf } from '../history/range.ts';
import { type SeriesInRange, usualSeries } from '../history/series.ts';
import { testedCapacityOf } from '../history/tested-capacity.ts';
import { trendsIn } from '../history/trends.ts';
import { demandMetric, trafficMetrics } from '../history/usual-metrics.ts';
import { trendDays } from '../service.ts';

/** Of what is known by the hour, peaks are told by the hour of these. */
const profileDays = 28;
/** What demand is foretold from. */
const forecastDays = 365;

interface ViewServices {
  projects: ProjectService;
  history: TelemetryHistory;
  loadTests: LoadHistory;
}

/** What a project's history says, asked for by itself. */
export class AnalysisViews {
  readonly #clock: Clock;
  readonly #services: ViewServices;

  constructor(clock: Clock, services: ViewServices) {
    this.#clock = clock;
    this.#services = services;
  }

  /** @throws DomainError not-found, invalid-request */
  async course(project: string, query: SeriesQuery): Promise<Course> {
    return courseOf(await this.#series(project, query, trendDays));
  }

  /** @throws DomainError not-found, invalid-request */
  async trends(project: string, query: SeriesQuery): Promise<Trends> {
    return trendsIn(await this.#series(project, query, trendDays));
  }

  /** @throws DomainError not-found, invalid-request */
  async anomalies(project: string, query: SeriesQuery): Promise<Anomalies> {
    return anomaliesIn(await this.#series(project, query, 14));
  }

  /** @throws DomainError not-found, invalid-request */
  async changePoints(project: string, query: SeriesQuery): Promise<ChangePoints> {
    const series = await this.#series(project, { resolution: 'day', ...query }, 90);
    const { loadTests } = this.#services;
    const completed = query.metric === undefined ? (await loadTests.newest(project, this.#clock())).completed : [];
    return { ...changePointsIn(series), loadTests: loadTestChanges(completed) };
  }

  /** @throws DomainError not-found, invalid-request */
  async forecast(project: string, { horizon, ...query }: ForecastQuery): Promise<Forecasts> {
    return forecastsIn(await this.#series(project, query, 14), horizon);
  }

  /** @throws DomainError not-found */
  async peaks(project: string, { days }: { days: number }): Promise<Peaks> {
    const { projects, history, loadTests } = this.#services;
    await projects.require(project);
    const now = this.#clock();
    const ofDays = await history.series(project, trafficMetrics, 'day', lastDays(now, days, 'day'));
    const ofHours = await history.series(
      project,
      trafficMetrics,
      'hour',
      lastDays(now, Math.min(days, profileDays), 'hour'),
    );
    const { completed, loadPeriods } = await loadTests.newest(project, now);
    const test = await loadTests.newestStressTest(completed);
    return { found: peaksOf({ days: ofDays, hours: ofHours }, test && testedCapacityOf(test), loadPeriods) };
  }

  /** @throws DomainError not-found */
  async capacity(project: string): Promise<CapacityAnswer> {
    const { projects, history, loadTests } = this.#services;
    await projects.require(project);
    const now = this.#clock();
    const { completed, loadPeriods } = await loadTests.newest(project, now);
    const test = await loadTests.newestStressTest(completed);
    const by = async (resolution: 'day' | 'hour', days: number) =>
      (await history.series(project, [demandMetric], resolution, lastDays(now, days, resolution))).get(demandMetric) ??
      [];
    const demand = { days: await by('day', forecastDays), hours: await by('hour', profileDays) };
    return { found: capacityOf(test, withoutOwnLoad(demand, loadPeriods).days, now) };
  }

  /** The one that is asked for, as history has it, or the usual ones. @param days what is looked at by default */
  async #series(project: string, query: SeriesQuery, days: number): Promise<SeriesInRange> {
    const { projects, history } = this.#services;
    const to = query.to === undefined ? this.#clock() : Math.min(this.#clock(), Date.parse(query.to));
    const from = query.from === undefined ? to - days * stepMsOf('day') : Date.parse(query.from);
    const { metric } = query;
    if (metric !== undefined) {
      const { points, ...told } = await history.of(project, { ...query, metric, from: isoTime(from) });
      const timed = points.map(({ at, value }) => ({ at: Date.parse(at), value }));
      return {
        resolution: told.resolution,
        period: { from: Date.parse(told.from), to: Date.parse(told.to) },
        series: [{ metric, unit: told.unit, points: timed }],
      };
    }
    await projects.require(project);
    const alone = (['endpoint', 'statistic', 'labels'] as const).find((name) => query[name] !== undefined);
    if (alone !== undefined) throw goesWithMetric(alone);
    const { resolution, period } = history.rangeOf({ ...query, from: isoTime(from) });
    return usualSeries(history, project, resolution, period);
  }
}

const goesWithMetric = (parameter: string): DomainError =>
  new DomainError('invalid-request', `query.${parameter}: goes with a metric only`, {
    fieldErrors: [{ path: `query.${parameter}`, message: 'goes with a metric only' }],
  });
