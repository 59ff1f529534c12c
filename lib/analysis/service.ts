import type {
  Analysis,
  AnalysisRequest,
  AnalysisSummary,
  ProjectStatus,
  ProjectSummary,
} from '../contracts/analysis.ts';
import type { Page, PageQuery } from '../contracts/page.ts';
import { isoTime } from '../platform/clock.ts';
import { notFound } from '../platform/errors.ts';
import type { Parts } from '../platform/parts.ts';
import { keys } from '../platform/table/keys.ts';
import type { ProjectService } from '../projects/service.ts';
import type { Period } from '../telemetry/period.ts';
import type { TelemetryService } from '../telemetry/service.ts';
import { analyse } from './analyse.ts';
import { analysisItem, analysisRetentionMs, analysisSummaryItem } from './model.ts';
import { statusOf } from './status.ts';
import { summarize } from './summary.ts';

/** What a status tells of; and how far back it looks for the last that was heard. */
const recentMs = 5 * 60_000;
const longAgoMs = 30 * 24 * 3_600_000;

type AnalysisParts = Pick<Parts, 'table' | 'clock' | 'ids'>;

/** Says how well a project's service does, and what holds it back. */
export class AnalysisService {
  readonly #parts: AnalysisParts;
  readonly #projects: ProjectService;
  readonly #telemetry: TelemetryService;

  constructor(
    parts: AnalysisParts,
    { projects, telemetry }: { projects: ProjectService; telemetry: TelemetryService },
  ) {
    this.#parts = parts;
    this.#projects = projects;
    this.#telemetry = telemetry;
  }

  /**
   * Analyses the last minutes, or the period given, and stores what it found.
   *
   * @param options.analysisId for work that may be repeated: the first to end with this id is the one that counts, and what
   *   it found is answered to every repetition
   * @throws DomainError not-found
   */
  async analyse(
    project: string,
    { depth, minutes }: AnalysisRequest,
    options: { analysisId?: string | undefined; period?: Period | undefined } = {},
  ): Promise<Analysis> {
    const { table, clock, ids } = this.#parts;
    const thresholds = await this.#projects.thresholds(project);
    const begun = clock();
    if (options.analysisId !== undefined) {
      const earlier = await this.#find(project, options.analysisId);
      if (earlier !== undefined) return earlier;
    }
    const analysisId = options.analysisId ?? ids(begun);
    const period = options.period ?? { from: begun - minutes * 60_000, to: begun };
    const conclusions = analyse(await this.#telemetry.aggregate(project, period), thresholds, period);
    const found: Analysis = {
      analysisId,
      project,
      depth,
      createdAt: isoTime(begun),
      from: isoTime(period.from),
      to: isoTime(period.to),
      analysisDurationSeconds: (clock() - begun) / 1000,
      ...conclusions,
    };
    const expiresAt = begun + analysisRetentionMs;
    const made = await table.create(analysisItem, keys.analysis(project, analysisId), found, { expiresAt });
    if (made !== undefined) return found;
    return (await this.#find(project, analysisId)) ?? found;
  }

  /** @throws DomainError not-found */
  async get(project: string, analysisId: string): Promise<Analysis> {
    await this.#projects.require(project);
    const found = await this.#find(project, analysisId);
    if (found === undefined) throw notFound(`The analysis ${analysisId}`);
    return found;
  }

  /** The newest first. @throws DomainError not-found */
  async list(project: string, query: PageQuery): Promise<Page<AnalysisSummary>> {
    await this.#projects.require(project);
    return this.#parts.table.page(analysisSummaryItem, keys.analyses(project), query, 'descending');
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

  async #find(project: string, analysisId: string): Promise<Analysis | undefined> {
    return (await this.#parts.table.get(analysisItem, keys.analysis(project, analysisId)))?.value;
  }
}
