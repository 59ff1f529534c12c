import type { EndpointFigures } from '../contracts/telemetry-views.ts';
import type { TelemetryAggregate } from '../telemetry/aggregate.ts';
import { endpointFiguresOf, endpointValues } from '../telemetry/views/endpoints.ts';

const most = 20;

/** Those that take most of all time. */
export const mainEndpoints = (telemetry: TelemetryAggregate): EndpointFigures[] =>
  endpointFiguresOf(telemetry)
    .sort((a, b) => endpointValues.time(b) - endpointValues.time(a))
    .slice(0, most);
