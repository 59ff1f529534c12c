import type { analysisRoutes } from '../contracts/routes/analysis.ts';
import type { Handlers } from '../platform/http/door.ts';
import type { AnalysisService } from './service.ts';

export const analysisHandlers = (
  analyses: AnalysisService,
): Pick<Handlers<'analysis-api'>, keyof typeof analysisRoutes> => ({
  startAnalysis: async ({ params, body }) => ({ status: 200, body: await analyses.analyse(params.project, body) }),
  listAnalyses: async ({ params, query }) => ({ status: 200, body: await analyses.list(params.project, query) }),
  getAnalysis: async ({ params }) => ({ status: 200, body: await analyses.get(params.project, params.analysisId) }),
  getProjectStatus: async ({ params }) => ({ status: 200, body: await analyses.status(params.project) }),
  getSummary: async ({ params, query }) => ({
    status: 200,
    body: await analyses.summary(params.project, query.minutes),
  }),
});
