import type { AnalysisDepth, ProjectStatus, ProjectSummary } from '../contracts/analysis.ts';
import type { AnalysisAnswer, AnalysisSummary, CompletedAnalysis, DeepStepName } from '../contracts/analysis-depths.ts';
import type { Page, PageQuery } from '../contracts/page.ts';
import { isoTime } from '../platform/clock.ts';
import { DomainError, notFound } from '../platform/errors.ts';
import type { Parts } from '../platform/parts.ts';
import { keys } from '../platform/table/keys.ts';
import type { ProjectService } from '../projects/service.ts';
import { TelemetryHistory } from '../telemetry/history/service.ts';
import type { Period } from '../telemetry/period.ts';
import type { TelemetryService } from '../telemetry/service.ts';
import { analyse } from './analyse.ts';
import { shownCompleted, shownJob, summaryOf } from './answer.ts';
import { bestRequestsPerCpuSecond } from './best-work.ts';
import { lastDays } from './history/range.ts';
import { usualSeries } from './history/series.ts';
import { trendsIn } from './history/trends.ts';
import { mainEndpoints } from './main-endpoints.ts';
import { analysisItem, analysisRetentionMs, type StoredAnalysis, type StoredCompleted } from './model.ts';
import { AnalysisParts } from './parts.ts';
import { statusOf } from './status.ts';
import { summarize } from './summary.ts';

/** What a status tells of; and how far back it looks for the last that was heard. */
const recentMs = 5 * 60_000;
const longAgoMs = 30 * 24 * 3_600_000;

/** How far back the score and the bottlenecks look by default. */
export const usualMinutes: Record<AnalysisDepth, number> = { quick: 5, standard: 60, deep: 60 };
/** Of which trends are told. */
export const trendDays = 7;

/** One that is answered at once. */
export interface ImmediateRequest {
  depth: Exclude<AnalysisDepth, 'deep'>;
  minutes?: number | undefined;
}

type ServiceParts = Pick<Parts, 'table' | 'clock' | 'ids'>;

/** Says how well a project's service does, and what holds it back. */
export class AnalysisService {
  readonly #parts: ServiceParts;
  readonly #projects: ProjectService;
  readonly #telemetry: TelemetryService;
  readonly #history: TelemetryHistory;
  readonly #found: AnalysisParts;

  constructor(parts: ServiceParts, { projects, telemetry }: { projects: ProjectService; telemetry: TelemetryService }) {
    this.#parts = parts;
    this.#projects = projects;
    this.#telemetry = telemetry;
    this.#history = new TelemetryHistory(telemetry, projects, parts.clock);
    this.#found = new AnalysisParts(parts);
  }

  /**
   * Analyses the last minutes, or the period given, and stores what it found; `standard`: also the history of the last week.
   *
   * @param options.analysisId for work that may be repeated: the first to end with this id is the one that counts, and what
   *   it found is answered to every repetition
   * @throws DomainError not-found; conflict when the id is that of a deep analysis
   */
  async analyse(
    project: string,
    { depth, minutes }: ImmediateRequest,
    options: { analysisId?: string | undefined; period?: Period | undefined } = {},
  ): Promise<CompletedAnalysis> {
    const { table, clock, ids } = this.#parts;
    const thresholds = await this.#projects.thresholds(project);
    const begun = clock();
    if (options.analysisId !== undefined) {
      const earlier = await this.#find(project, options.analysisId);
      if (earlier !== undefined) return this.#completed(earlier);
    }
    const analysisId = options.analysisId ?? ids(begun);
    const period = options.period ?? { from: begun - (minutes ?? usualMinutes[depth]) * 60_000, to: begun };
    const telemetry = await this.#telemetry.aggregate(project, period);
    const best = await bestRequestsPerCpuSecond(this.#telemetry, project, begun);
    const conclusions = analyse(telemetry, thresholds, period, { bestRequestsPerCpuSecond: best });
    if (depth === 'standard') {
      const trends = trendsIn(await usualSeries(this.#history, project, 'hour', lastDays(begun, trendDays, 'hour')));
      await this.#found.put(analysisId, 'history', { endpoints: mainEndpoints(telemetry), trends });
    }
    const found: StoredCompleted = {
      analysisId,
      project,
      depth,
      status: 'completed',
      createdAt: isoTime(begun),
      from: isoTime(period.from),
      to: isoTime(period.to),
      analysisDurationSeconds: (clock() - begun) / 1000,
      ...conclusions,
    };
    const expiresAt = begun + analysisRetentionMs;
    const made = await table.create(analysisItem, keys.analysis(project, analysisId), found, { expiresAt });
    return this.#completed(made === undefined ? ((await this.#find(project, analysisId)) ?? found) : found);
  }

  /** @throws DomainError not-found */
  async get(project: string, analysisId: string): Promise<AnalysisAnswer> {
    await this.#projects.require(project);
    const found = await this.#find(project, analysisId);
    if (found === undefined) throw notFound(`The analysis ${analysisId}`);
    return found.status === 'completed' ? this.#completed(found) : shownJob(found, this.#parts.clock());
  }

  /** Of one that is known to be completed. @throws DomainError not-found, conflict */
  async getCompleted(project: string, analysisId: string): Promise<CompletedAnalysis> {
    const found = await this.get(project, analysisId);
    if (found.status !== 'completed') throw new DomainError('conflict', `The analysis is ${found.status}.`);
    return found;
  }

  /** The newest first. @throws DomainError not-found */
  async list(project: string, query: PageQuery): Promise<Page<AnalysisSummary>> {
    await this.#projects.require(project);
    const page = await this.#parts.table.page(analysisItem, keys.analyses(project), query, 'descending');
    return { ...page, items: page.items.map((each) => summaryOf(each, this.#parts.clock())) };
  }

  /** @throws DomainError not-found */
  async summary(project: string, minutes: number): Promise<ProjectSummary> {
    const thresholds = await this.#projects.thresholds(project);
    const to = this.#parts.clock();
    const telemetry = await this.#telemetry.aggregate(project, { from: to - minutes * 60_000, to });
    return summarize({ project, timestamp: isoTime(to) }, telemetry, thresholds);
  }

  /** @throws DomainError not-found */
  async status(project: string): Promise<ProjectStatus> {
    const settings = await this.#projects.require(project);
    const thresholds = await this.#projects.thresholds(project);
    const now = this.#parts.clock();
    const since = (ms: number) => this.#telemetry.aggregate(project, { from: now - ms, to: now }, { summary: true });
    const recent = await since(recentMs);
    // Asked for only where nothing is heard: it reads days and hours.
    const { observed } = recent.observed === undefined ? await since(longAgoMs) : recent;
    return statusOf({ now, settings, thresholds, recent, lastReportAt: observed?.to });
  }

  async #find(project: string, analysisId: string): Promise<StoredAnalysis | undefined> {
    return (await this.#parts.table.get(analysisItem, keys.analysis(project, analysisId)))?.value;
  }

  async #completed(stored: StoredAnalysis): Promise<CompletedAnalysis> {
    if (stored.status !== 'completed') throw new DomainError('conflict', `The analysis is ${stored.status}.`);
    return shownCompleted(stored, await this.#found.of(stored.analysisId, partsOf(stored)));
  }
}

/** Where there is something beside the item. */
const partsOf = ({ depth, steps = [] }: StoredCompleted): DeepStepName[] =>
  depth === 'standard' ? ['history'] : steps.map(({ name }) => name);
