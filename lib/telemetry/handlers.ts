import type { Handlers } from '../platform/http/door.ts';
import type { Erasures } from './erasure.ts';
import type { TelemetryService } from './service.ts';
import type { TelemetryViews } from './views/service.ts';

export interface TelemetryServices {
  telemetry: TelemetryService;
  views: TelemetryViews;
  erasures: Erasures;
}

/** What is taken in other forms than the SDK's has handlers of its own. */
type OtherForms = 'ingestRequests';

export const telemetryHandlers = ({
  telemetry,
  views,
  erasures,
}: TelemetryServices): Omit<Handlers<'telemetry-api'>, OtherForms> => ({
  ingestTelemetry: async ({ params, body }) => ({ status: 202, body: await telemetry.ingest(params.project, body) }),
  eraseTelemetry: async ({ params }) => {
    await erasures.ask(params.project);
    return { status: 202 };
  },
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
