import type { telemetryRoutes } from '../contracts/routes/telemetry.ts';
import type { Handlers } from '../platform/http/door.ts';
import type { Erasures } from './erasure.ts';
import type { TelemetryService } from './service.ts';

interface TelemetryServices {
  telemetry: TelemetryService;
  erasures: Erasures;
}

export const telemetryHandlers = ({
  telemetry,
  erasures,
}: TelemetryServices): Pick<Handlers<'telemetry-api'>, keyof typeof telemetryRoutes> => ({
  ingestTelemetry: async ({ params, body }) => ({
    status: 202,
    body: await telemetry.ingestParsed(params.project, body),
  }),
  eraseTelemetry: async ({ params }) => {
    await erasures.ask(params.project);
    return { status: 202 };
  },
  getMetrics: async ({ params, query }) => ({
    status: 200,
    body: await telemetry.metrics(params.project, query.minutes),
  }),
});
