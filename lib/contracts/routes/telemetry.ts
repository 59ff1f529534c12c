import { inProject, ok, type Route } from '../route.ts';
import { metrics, metricsQuery, telemetryAccepted, telemetryBatch } from '../telemetry.ts';
import { telemetryLimits } from '../telemetry-limits.ts';

export const telemetryRoutes = {
  ingestTelemetry: {
    method: 'POST',
    path: '/v1/projects/{project}/telemetry',
    summary: 'Take a batch of telemetry windows; 202 means that they are durable',
    tag: 'Telemetry',
    scope: 'write',
    function: 'telemetry-api',
    isData: true,
    params: inProject,
    body: telemetryBatch,
    maxBodyBytes: telemetryLimits.bytes,
    answers: {
      202: {
        description: 'Kept',
        body: telemetryAccepted,
        headers: { 'Headroom-Settings': 'The version of the live settings that the service is to follow' },
      },
    },
    problems: ['not-found'],
  },
  eraseTelemetry: {
    method: 'DELETE',
    path: '/v1/projects/{project}/telemetry',
    summary: 'Erase all that was reported until now, within minutes',
    tag: 'Telemetry',
    scope: 'admin',
    function: 'telemetry-api',
    params: inProject,
    answers: { 202: { description: 'It is being erased' } },
    problems: [],
  },
  getMetrics: {
    method: 'GET',
    path: '/v1/projects/{project}/metrics',
    summary: 'Requests, database and memory over the last minutes',
    tag: 'Telemetry',
    scope: 'read',
    function: 'telemetry-api',
    params: inProject,
    query: metricsQuery,
    answers: ok(metrics),
    problems: ['not-found'],
  },
} as const satisfies Record<string, Route>;
