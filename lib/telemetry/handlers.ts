import type { telemetryRoutes } from '../contracts/routes/telemetry.ts';
import { settingsHeader } from '../contracts/settings-headers.ts';
import type { Handlers } from '../platform/http/door.ts';
import type { LiveSettingsService } from '../projects/live-settings/service.ts';
import type { Erasures } from './erasure.ts';
import type { TelemetryService } from './service.ts';

interface TelemetryServices {
  telemetry: TelemetryService;
  erasures: Erasures;
  settings: Pick<LiveSettingsService, 'version'>;
}

export const telemetryHandlers = ({
  telemetry,
  erasures,
  settings,
}: TelemetryServices): Pick<Handlers<'telemetry-api'>, keyof typeof telemetryRoutes> => ({
  ingestTelemetry: async ({ params, body }) => {
    const accepted = await telemetry.ingestParsed(params.project, body);
    // The windows are durable: whatever this comes to, they are acknowledged.
    const version = await settings.version(params.project).catch(() => undefined);
    return { status: 202, body: accepted, ...(version && { headers: { [settingsHeader]: version } }) };
  },
  eraseTelemetry: async ({ params }) => {
    await erasures.ask(params.project);
    return { status: 202 };
  },
  getMetrics: async ({ params, query }) => ({
    status: 200,
    body: await telemetry.metrics(params.project, query.minutes),
  }),
});
