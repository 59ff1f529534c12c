import type { Analytics, RecommendationList } from '../contracts/recommendations.ts';
import { type Clock, isoTime } from '../platform/clock.ts';
import type { ProjectService } from '../projects/service.ts';
import { cacheHitRate } from '../telemetry/cache-figures.ts';
import type { TelemetryService } from '../telemetry/service.ts';
import { adviceOf } from './advice.ts';
import { analyse } from './analyse.ts';
import type { AnalysisService } from './service.ts';

/** Older ones speak of another time. */
const freshMs = 60 * 60_000;
const usualMinutes = 5;
/** Among the newest analyses, so many are looked at for one that is completed. */
const lookedAt = 10;

interface AdviceServices {
  projects: ProjectService;
  telemetry: TelemetryService;
  analyses: AnalysisService;
}

/** What to do about a service. */
export class AdviceService {
  readonly #clock: Clock;
  readonly #services: AdviceServices;

  constructor(clock: Clock, services: AdviceServices) {
    this.#clock = clock;
    this.#services = services;
  }

  /**
   * Of the newest analysis of the last hour; where there is none, or minutes are given, of what was reported in these.
   *
   * @throws DomainError not-found
   */
  async recommendations(project: string, minutes: number | undefined): Promise<RecommendationList> {
    const made = minutes === undefined ? await this.#newest(project) : undefined;
    if (made !== undefined) return made;
    const { timestamp, recommendations } = await this.analytics(project, minutes ?? usualMinutes);
    return { timestamp, items: recommendations };
  }

  /** @throws DomainError not-found */
  async analytics(project: string, minutes: number): Promise<Analytics> {
    const { projects, telemetry } = this.#services;
    const thresholds = await projects.thresholds(project);
    const to = this.#clock();
    const period = { from: to - minutes * 60_000, to };
    const told = await telemetry.aggregate(project, period);
    const { performanceScore, coverage, optimizationOpportunities } = analyse(told, thresholds, period);
    const cachePerformance = cacheHitRate(told);
    return {
      timestamp: isoTime(to),
      ...(performanceScore === undefined ? {} : { healthScore: performanceScore }),
      coverage,
      recommendations: adviceOf(optimizationOpportunities, []),
      ...(cachePerformance === undefined ? {} : { cachePerformance }),
    };
  }

  async #newest(project: string): Promise<RecommendationList | undefined> {
    const { analyses } = this.#services;
    const { items } = await analyses.list(project, { limit: lookedAt });
    const since = isoTime(this.#clock() - freshMs);
    const newest = items.find(({ status, createdAt }) => status === 'completed' && createdAt >= since);
    if (newest === undefined) return undefined;
    const { analysisId } = newest;
    const { createdAt, optimizationOpportunities, findings = [] } = await analyses.getCompleted(project, analysisId);
    return { timestamp: createdAt, analysisId, items: adviceOf(optimizationOpportunities, findings) };
  }
}
