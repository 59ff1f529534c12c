import type { Alert } from '../contracts/alerts.ts';
import type { analysisRoutes } from '../contracts/routes/analysis.ts';
import type { analysisViewRoutes } from '../contracts/routes/analysis-views.ts';
import type { Handlers } from '../platform/http/door.ts';
import type { AdviceService } from './advice-service.ts';
import type { AnalysisService } from './service.ts';
import type { AnalysisStarts } from './starts.ts';
import type { AnalysisViews } from './views/service.ts';

/** Alerts stand after analyses, and are asked for by whoever puts both together. */
export type OpenAlerts = (project: string) => Promise<Alert[]>;

interface Services {
  analyses: AnalysisService;
  starts: AnalysisStarts;
  views: AnalysisViews;
  advice: AdviceService;
  openAlerts: OpenAlerts;
}

type Served = Pick<Handlers<'analysis-api'>, keyof typeof analysisRoutes | keyof typeof analysisViewRoutes>;

export const analysisHandlers = ({ analyses, starts, views, advice, openAlerts }: Services): Served => ({
  startAnalysis: async ({ params: { project }, body, idempotencyKey }) => {
    const started = await starts.start(project, body, idempotencyKey);
    if (started.status === 'completed') return { status: 200, body: started };
    const location = `/v1/projects/${project}/analyses/${started.analysisId}`;
    return { status: 202, body: started, headers: { location } };
  },
  listAnalyses: async ({ params, query }) => ({ status: 200, body: await analyses.list(params.project, query) }),
  getAnalysis: async ({ params }) => ({ status: 200, body: await analyses.get(params.project, params.analysisId) }),
  getProjectStatus: async ({ params }) => ({ status: 200, body: await analyses.status(params.project) }),
  getSummary: async ({ params, query }) => ({
    status: 200,
    body: {
      ...(await analyses.summary(params.project, query.minutes)),
      activeAlerts: (await openAlerts(params.project)).length,
    },
  }),
  getTrends: async ({ params, query }) => ({ status: 200, body: await views.trends(params.project, query) }),
  getPeaks: async ({ params, query }) => ({ status: 200, body: await views.peaks(params.project, query) }),
  getAnomalies: async ({ params, query }) => ({ status: 200, body: await views.anomalies(params.project, query) }),
  getChangePoints: async ({ params, query }) => ({
    status: 200,
    body: await views.changePoints(params.project, query),
  }),
  getForecast: async ({ params, query }) => ({ status: 200, body: await views.forecast(params.project, query) }),
  getCapacity: async ({ params }) => ({ status: 200, body: await views.capacity(params.project) }),
  listRecommendations: async ({ params, query }) => ({
    status: 200,
    body: await advice.recommendations(params.project, query.minutes),
  }),
  getAnalytics: async ({ params, query }) => ({
    status: 200,
    body: {
      ...(await advice.analytics(params.project, query.minutes)),
      alerts: await openAlerts(params.project),
    },
  }),
});
