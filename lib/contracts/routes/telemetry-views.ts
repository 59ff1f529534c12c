import { inProject, ok, type Route } from '../route.ts';
import {
  endpointList,
  endpointsQuery,
  queriesQuery,
  queryList,
  requestList,
  requestsQuery,
  resourceList,
  resourcesQuery,
} from '../telemetry-views.ts';

const view = {
  method: 'GET',
  tag: 'Telemetry',
  scope: 'read',
  function: 'telemetry-api',
  params: inProject,
  problems: ['not-found'],
} as const satisfies Partial<Route>;

export const telemetryViewRoutes = {
  listEndpoints: {
    ...view,
    path: '/v1/projects/{project}/endpoints',
    summary: 'The endpoints of the last minutes: counts, times, errors, bytes, share of all time',
    query: endpointsQuery,
    answers: ok(endpointList),
  },
  listSlowRequests: {
    ...view,
    path: '/v1/projects/{project}/slow-requests',
    summary: 'Of the last minutes, the slowest requests that were kept whole',
    query: requestsQuery,
    answers: ok(requestList),
  },
  listErrorRequests: {
    ...view,
    path: '/v1/projects/{project}/error-requests',
    summary: 'Of the last minutes, the latest failed requests that were kept whole',
    query: requestsQuery,
    answers: ok(requestList),
  },
  listQueries: {
    ...view,
    path: '/v1/projects/{project}/queries',
    summary: 'The database queries of the last minutes, without their parameters: who sends them, how often, how long',
    query: queriesQuery,
    answers: ok(queryList),
  },
  listResources: {
    ...view,
    path: '/v1/projects/{project}/resources',
    summary: 'CPU, memory, event loop and garbage collection of each instance over the last minutes',
    query: resourcesQuery,
    answers: ok(resourceList),
  },
} as const satisfies Record<string, Route>;
