import type { Handlers } from '../platform/http/door.ts';
import type { TelemetryService } from './service.ts';
import type { TelemetryViews } from './views/service.ts';

export const telemetryHandlers = (telemetry: TelemetryService, views: TelemetryViews): Handlers<'telemetry-api'> => ({
  ingestTelemetry: async ({ params, body }) => ({ status: 202, body: await telemetry.ingest(params.project, body) }),
  getMetrics: async ({ params, query }) => ({
    status: 200,
    body: await telemetry.metrics(params.project, query.minutes),
  }),
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
});
