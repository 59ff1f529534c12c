import type { AnalysisRequest } from '../contracts/analysis.ts';
import type { CompletedAnalysis } from '../contracts/analysis-depths.ts';
import { workId } from '../platform/idempotency.ts';
import type { Parts } from '../platform/parts.ts';
import type { DeepAnalyses } from './deep/service.ts';
import type { AnalysisService } from './service.ts';

/** Begins what was asked for: at once, or in the background. */
export class AnalysisStarts {
  readonly #parts: Pick<Parts, 'table' | 'clock' | 'ids'>;
  readonly #services: { analyses: AnalysisService; deepAnalyses: DeepAnalyses };

  constructor(
    parts: Pick<Parts, 'table' | 'clock' | 'ids'>,
    services: { analyses: AnalysisService; deepAnalyses: DeepAnalyses },
  ) {
    this.#parts = parts;
    this.#services = services;
  }

  /**
   * The same idempotency key is answered with the same analysis.
   *
   * @throws DomainError not-found; conflict when the key was used for another request
   */
  async start(
    project: string,
    request: AnalysisRequest,
    idempotencyKey: string | undefined,
  ): Promise<CompletedAnalysis | { analysisId: string; status: 'queued' }> {
    const { analyses, deepAnalyses } = this.#services;
    const { depth, minutes } = request;
    if (depth === 'deep') return deepAnalyses.start(project, request, { idempotencyKey });
    const analysisId = await workId(this.#parts, { scope: `analysis#${project}`, idempotencyKey, request });
    return analyses.analyse(project, { depth, minutes }, { analysisId });
  }
}
