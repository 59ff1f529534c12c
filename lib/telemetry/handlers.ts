import type { Handlers } from '../platform/http/door.ts';
import type { TelemetryService } from './service.ts';

export const telemetryHandlers = (telemetry: TelemetryService): Handlers<'telemetry-api'> => ({
  ingestTelemetry: async ({ params, body }) => ({ status: 202, body: await telemetry.ingest(params.project, body) }),
  getMetrics: async ({ params, query }) => ({
    status: 200,
    body: await telemetry.metrics(params.project, query.minutes),
  }),
});
