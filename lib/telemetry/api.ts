import type { Handlers } from '../platform/http/door.ts';
import type { Parts } from '../platform/parts.ts';
import { LiveSettingsService } from '../projects/live-settings/service.ts';
import type { ProjectService } from '../projects/service.ts';
import { deploymentHandlers } from './deployments/handlers.ts';
import { DeploymentService } from './deployments/service.ts';
import { Erasures } from './erasure.ts';
import { telemetryHandlers } from './handlers.ts';
import { TelemetryHistory } from './history/service.ts';
import { otlpHandlers } from './otlp/handlers.ts';
import { OtlpService } from './otlp/service.ts';
import { PrometheusExport } from './prometheus/service.ts';
import { requestRecordHandlers } from './records/handlers.ts';
import { Pseudonyms } from './records/pseudonyms.ts';
import { RequestRecordService } from './records/service.ts';
import { TelemetryService } from './service.ts';
import { telemetryViewHandlers } from './views/handlers.ts';
import { TelemetryViews } from './views/service.ts';

/** All that the function `telemetry-api` serves. */
export function telemetryApi(parts: Parts, projects: ProjectService): Handlers<'telemetry-api'> {
  const telemetry = new TelemetryService(parts, projects);
  const intake = { projects, telemetry, pseudonyms: new Pseudonyms(parts.table) };
  return {
    ...telemetryHandlers({ telemetry, erasures: new Erasures(parts), settings: new LiveSettingsService(parts) }),
    ...telemetryViewHandlers({
      views: new TelemetryViews(telemetry, projects, parts.clock),
      history: new TelemetryHistory(telemetry, projects, parts.clock),
      prometheus: new PrometheusExport(telemetry, projects, parts.clock),
    }),
    ...deploymentHandlers(new DeploymentService(parts, projects)),
    ...requestRecordHandlers(new RequestRecordService(parts, intake)),
    ...otlpHandlers(new OtlpService(parts, intake)),
  };
}
