import { recordsAccepted, requestRecords } from '../request-records.ts';
import { inProject, type Route } from '../route.ts';
import { telemetryLimits } from '../telemetry-limits.ts';

export const requestRecordRoutes = {
  ingestRequests: {
    method: 'POST',
    path: '/v1/projects/{project}/requests',
    summary: 'Take single requests from a client without an SDK; 202 means that they are durable',
    tag: 'Telemetry',
    scope: 'write',
    function: 'telemetry-api',
    isData: true,
    params: inProject,
    body: requestRecords,
    maxBodyBytes: telemetryLimits.bytes,
    answers: { 202: { description: 'Kept', body: recordsAccepted } },
    problems: ['not-found'],
  },
} as const satisfies Record<string, Route>;
