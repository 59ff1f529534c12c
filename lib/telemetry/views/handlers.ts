import { prometheusContentType, type telemetryViewRoutes } from '../../contracts/routes/telemetry-views.ts';
import type { Handlers } from '../../platform/http/door.ts';
import type { TelemetryHistory } from '../history/service.ts';
import type { PrometheusExport } from '../prometheus/service.ts';
import type { TelemetryViews } from './service.ts';

interface ViewServices {
  views: TelemetryViews;
  history: TelemetryHistory;
  prometheus: PrometheusExport;
}

export const telemetryViewHandlers = ({
  views,
  history,
  prometheus,
}: ViewServices): Pick<Handlers<'telemetry-api'>, keyof typeof telemetryViewRoutes> => ({
  listEndpoints: async ({ params, query }) => ({ status: 200, body: await views.endpoints(params.project, query) }),
  listSlowRequests: async ({ params, query }) => ({
    status: 200,
    body: await views.slowRequests(params.project, query),
  }),
  listErrorRequests: async ({ params, query }) => ({
    status: 200,
    body: await views.errorRequests(params.project, query),
  }),
  listQueries: async ({ params, query }) => ({ status: 200, body: await views.queries(params.project, query) }),
  listResources: async ({ params, query }) => ({ status: 200, body: await views.resources(params.project, query) }),
  listOutgoing: async ({ params, query }) => ({ status: 200, body: await views.outgoing(params.project, query) }),
  getDatabase: async ({ params, query }) => ({
    status: 200,
    body: await views.database(params.project, query.minutes),
  }),
  listCustomMetrics: async ({ params, query }) => ({
    status: 200,
    body: await views.customMetrics(params.project, query),
  }),
  getHistory: async ({ params, query }) => ({ status: 200, body: await history.of(params.project, query) }),
  getHistories: async ({ params, query }) => ({ status: 200, body: await history.several(params.project, query) }),
  getPrometheus: async ({ params }) => ({
    status: 200,
    body: await prometheus.text(params.project),
    contentType: prometheusContentType,
  }),
});
