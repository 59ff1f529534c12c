import { inProject, ok, type Route } from '../route.ts';
import { metricsQuery } from '../telemetry.ts';
import { histories, historiesQuery, history, historyQuery } from '../telemetry-history.ts';
import {
  customMetricList,
  customMetricsQuery,
  databaseView,
  endpointList,
  endpointsQuery,
  outgoingList,
  outgoingQuery,
  queriesQuery,
  queryList,
  requestList,
  requestsQuery,
  resourceList,
  resourcesQuery,
} from '../telemetry-views.ts';

export const prometheusContentType = 'text/plain; version=1.0.0; charset=utf-8; escaping=underscores';

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
  listOutgoing: {
    ...view,
    path: '/v1/projects/{project}/outgoing',
    summary: 'The requests of the last minutes to other services',
    query: outgoingQuery,
    answers: ok(outgoingList),
  },
  getDatabase: {
    ...view,
    path: '/v1/projects/{project}/database',
    summary: 'The pools of connections over the last minutes, and what queries took',
    query: metricsQuery,
    answers: ok(databaseView),
  },
  listCustomMetrics: {
    ...view,
    path: '/v1/projects/{project}/custom-metrics',
    summary: "The metrics of the service's own over the last minutes",
    query: customMetricsQuery,
    answers: ok(customMetricList),
  },
  getHistory: {
    ...view,
    path: '/v1/projects/{project}/history',
    summary: 'One figure over time, by the minute, the hour or the day',
    query: historyQuery,
    answers: ok(history),
  },
  getHistories: {
    ...view,
    path: '/v1/projects/{project}/histories',
    summary: 'Several figures over the same time, which takes no longer than one',
    query: historiesQuery,
    answers: ok(histories),
  },
  getPrometheus: {
    ...view,
    path: '/v1/projects/{project}/prometheus',
    summary: 'All figures in the text format of Prometheus; counters begin anew at 00:00 UTC',
    answers: { 200: { description: 'Text exposition format 1.0.0', contentType: prometheusContentType } },
  },
} as const satisfies Record<string, Route>;
