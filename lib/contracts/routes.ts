import { z } from 'zod';
import { alert } from './alerts.ts';
import { analysis, analysisRequest, analysisSummary, projectSummary } from './analysis.ts';
import { check, checkAccepted, checkRequest, checkSummary } from './checks.ts';
import type { FunctionName } from './functions.ts';
import { apiKey, createdKey, createKeyRequest, type Scope } from './keys.ts';
import { loadTest, loadTestAccepted, loadTestRequest, loadTestSummary } from './load.ts';
import { identifier, projectName } from './names.ts';
import { pageOf, pageQuery } from './page.ts';
import type { ProblemCode } from './problem.ts';
import { project, projectSettings, verification } from './projects.ts';
import { health, platformStatus } from './status.ts';
import { task, taskAccepted, taskRequest } from './tasks.ts';
import { metrics, metricsQuery, telemetryAccepted, telemetryBatch } from './telemetry.ts';
import { thresholdSettings, thresholds } from './thresholds.ts';

export type Method = 'GET' | 'PUT' | 'POST' | 'DELETE';

export interface Answer {
  description: string;
  /** Absent: no body, or not JSON. */
  body?: z.ZodType;
  contentType?: string;
  headers?: Record<string, string>;
}

export interface Route {
  method: Method;
  /** As API Gateway writes it; `{project}` binds the route to a project. */
  path: `/${string}`;
  summary: string;
  tag: string;
  /** What the caller's key must hold. */
  scope: Scope | 'public';
  function: FunctionName;
  params?: z.ZodObject;
  query?: z.ZodObject;
  body?: z.ZodType;
  /** Takes the header `Idempotency-Key`: the same key and project lead to the same work. */
  startsWork?: true;
  answers: Record<number, Answer>;
  /** Problems beside those that every route can answer. */
  problems: readonly ProblemCode[];
}

const inProject = z.object({ project: projectName });
const accepted = <Body extends z.ZodType>(body: Body) => ({
  202: { description: 'Begun; `Location` shows its progress', body, headers: { Location: 'Where to look' } },
});
const ok = <Body extends z.ZodType>(body: Body) => ({ 200: { description: 'OK', body } });

/** Every operation of the HTTP API. The gateway, the stack, the OpenAPI document, the SDK and the CLI follow from it. */
export const routes = {
  getHealth: {
    method: 'GET',
    path: '/health',
    summary: 'Whether Headroom answers at all',
    tag: 'Platform',
    scope: 'public',
    function: 'platform-api',
    answers: ok(health),
    problems: [],
  },
  getOpenApi: {
    method: 'GET',
    path: '/openapi.json',
    summary: 'This API as an OpenAPI 3.1 document',
    tag: 'Platform',
    scope: 'public',
    function: 'platform-api',
    answers: ok(z.looseObject({ openapi: z.string() })),
    problems: [],
  },
  getDocs: {
    method: 'GET',
    path: '/docs',
    summary: 'This API, to read and to try',
    tag: 'Platform',
    scope: 'public',
    function: 'platform-api',
    answers: { 200: { description: 'A web page', contentType: 'text/html' } },
    problems: [],
  },
  getDocsAsset: {
    method: 'GET',
    path: '/docs/{asset}',
    summary: 'A script or style of the documentation page',
    tag: 'Platform',
    scope: 'public',
    function: 'platform-api',
    params: z.object({ asset: z.string().max(100) }),
    answers: { 200: { description: 'The file', contentType: '*/*' } },
    problems: ['not-found'],
  },
  getStatus: {
    method: 'GET',
    path: '/v1/status',
    summary: 'The state of every part of the platform',
    tag: 'Platform',
    scope: 'read',
    function: 'platform-api',
    answers: ok(platformStatus),
    problems: [],
  },
  createKey: {
    method: 'POST',
    path: '/v1/keys',
    summary: 'Create an API key',
    tag: 'Keys',
    scope: 'admin',
    function: 'platform-api',
    body: createKeyRequest,
    answers: { 201: { description: 'Created; the token is shown this once', body: createdKey } },
    problems: [],
  },
  listKeys: {
    method: 'GET',
    path: '/v1/keys',
    summary: 'List API keys',
    tag: 'Keys',
    scope: 'admin',
    function: 'platform-api',
    query: pageQuery,
    answers: ok(pageOf(apiKey)),
    problems: [],
  },
  revokeKey: {
    method: 'DELETE',
    path: '/v1/keys/{keyId}',
    summary: 'Revoke an API key; in force everywhere within 30 s',
    tag: 'Keys',
    scope: 'admin',
    function: 'platform-api',
    params: z.object({ keyId: identifier }),
    answers: { 204: { description: 'Revoked' } },
    problems: ['not-found'],
  },
  putProject: {
    method: 'PUT',
    path: '/v1/projects/{project}',
    summary: 'Create a project, or replace its settings',
    tag: 'Projects',
    scope: 'write',
    function: 'projects-api',
    params: inProject,
    body: projectSettings,
    answers: { 200: { description: 'Replaced', body: project }, 201: { description: 'Created', body: project } },
    problems: ['target-not-allowed'],
  },
  getProject: {
    method: 'GET',
    path: '/v1/projects/{project}',
    summary: 'Show a project',
    tag: 'Projects',
    scope: 'read',
    function: 'projects-api',
    params: inProject,
    answers: ok(project),
    problems: ['not-found'],
  },
  listProjects: {
    method: 'GET',
    path: '/v1/projects',
    summary: 'List the projects that the key may see',
    tag: 'Projects',
    scope: 'read',
    function: 'projects-api',
    query: pageQuery,
    answers: ok(pageOf(project)),
    problems: [],
  },
  deleteProject: {
    method: 'DELETE',
    path: '/v1/projects/{project}',
    summary: 'Delete a project; what it measured expires by its retention',
    tag: 'Projects',
    scope: 'admin',
    function: 'projects-api',
    params: inProject,
    answers: { 204: { description: 'Deleted' } },
    problems: ['not-found'],
  },
  verifyProject: {
    method: 'POST',
    path: '/v1/projects/{project}/verification',
    summary: 'Check again whether the target is proven to be its owner’s',
    tag: 'Projects',
    scope: 'write',
    function: 'projects-api',
    params: inProject,
    answers: ok(verification),
    problems: ['not-found', 'target-not-allowed'],
  },
  getThresholds: {
    method: 'GET',
    path: '/v1/projects/{project}/thresholds',
    summary: 'The thresholds in force',
    tag: 'Projects',
    scope: 'read',
    function: 'projects-api',
    params: inProject,
    answers: ok(thresholds),
    problems: ['not-found'],
  },
  putThresholds: {
    method: 'PUT',
    path: '/v1/projects/{project}/thresholds',
    summary: 'Choose a preset and what departs from it',
    tag: 'Projects',
    scope: 'write',
    function: 'projects-api',
    params: inProject,
    body: thresholdSettings,
    answers: ok(thresholds),
    problems: ['not-found'],
  },
  ingestTelemetry: {
    method: 'POST',
    path: '/v1/projects/{project}/telemetry',
    summary: 'Take a batch of telemetry windows; 202 means that they are durable',
    tag: 'Telemetry',
    scope: 'write',
    function: 'telemetry-api',
    params: inProject,
    body: telemetryBatch,
    answers: { 202: { description: 'Kept', body: telemetryAccepted } },
    problems: ['not-found'],
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
  startLoadTest: {
    method: 'POST',
    path: '/v1/projects/{project}/load-tests',
    summary: 'Start a load test of the project’s target',
    tag: 'Load tests',
    scope: 'operate',
    function: 'load-api',
    params: inProject,
    body: loadTestRequest,
    startsWork: true,
    answers: accepted(loadTestAccepted),
    problems: ['not-found', 'conflict', 'target-not-verified', 'target-not-allowed'],
  },
  listLoadTests: {
    method: 'GET',
    path: '/v1/projects/{project}/load-tests',
    summary: 'List load tests, the newest first',
    tag: 'Load tests',
    scope: 'read',
    function: 'load-api',
    params: inProject,
    query: pageQuery,
    answers: ok(pageOf(loadTestSummary)),
    problems: ['not-found'],
  },
  getLoadTest: {
    method: 'GET',
    path: '/v1/projects/{project}/load-tests/{testId}',
    summary: 'Show a load test: its progress, and its result so far',
    tag: 'Load tests',
    scope: 'read',
    function: 'load-api',
    params: inProject.extend({ testId: identifier }),
    answers: ok(loadTest),
    problems: ['not-found'],
  },
  cancelLoadTest: {
    method: 'POST',
    path: '/v1/projects/{project}/load-tests/{testId}/cancel',
    summary: 'Stop a load test; what it measured is kept',
    tag: 'Load tests',
    scope: 'operate',
    function: 'load-api',
    params: inProject.extend({ testId: identifier }),
    answers: { 202: { description: 'Will stop within seconds', body: loadTestAccepted } },
    problems: ['not-found', 'conflict'],
  },
  startAnalysis: {
    method: 'POST',
    path: '/v1/projects/{project}/analyses',
    summary: 'Analyse what the project’s service reported',
    tag: 'Analysis',
    scope: 'write',
    function: 'analysis-api',
    params: inProject,
    body: analysisRequest,
    answers: ok(analysis),
    problems: ['not-found'],
  },
  listAnalyses: {
    method: 'GET',
    path: '/v1/projects/{project}/analyses',
    summary: 'List analyses, the newest first',
    tag: 'Analysis',
    scope: 'read',
    function: 'analysis-api',
    params: inProject,
    query: pageQuery,
    answers: ok(pageOf(analysisSummary)),
    problems: ['not-found'],
  },
  getAnalysis: {
    method: 'GET',
    path: '/v1/projects/{project}/analyses/{analysisId}',
    summary: 'Show an analysis',
    tag: 'Analysis',
    scope: 'read',
    function: 'analysis-api',
    params: inProject.extend({ analysisId: identifier }),
    answers: ok(analysis),
    problems: ['not-found'],
  },
  getSummary: {
    method: 'GET',
    path: '/v1/projects/{project}/summary',
    summary: 'The project at a glance',
    tag: 'Analysis',
    scope: 'read',
    function: 'analysis-api',
    params: inProject,
    query: metricsQuery,
    answers: ok(projectSummary),
    problems: ['not-found'],
  },
  listAlerts: {
    method: 'GET',
    path: '/v1/alerts',
    summary: 'List alerts, the newest first',
    tag: 'Alerts',
    scope: 'read',
    function: 'alerts-api',
    query: pageQuery,
    answers: ok(pageOf(alert)),
    problems: [],
  },
  startCheck: {
    method: 'POST',
    path: '/v1/projects/{project}/checks',
    summary: 'Run a check now: load test, telemetry, analysis',
    tag: 'Checks',
    scope: 'operate',
    function: 'checks-api',
    params: inProject,
    body: checkRequest,
    startsWork: true,
    answers: accepted(checkAccepted),
    problems: ['not-found', 'conflict', 'target-not-verified', 'target-not-allowed'],
  },
  listChecks: {
    method: 'GET',
    path: '/v1/projects/{project}/checks',
    summary: 'List checks, the newest first',
    tag: 'Checks',
    scope: 'read',
    function: 'checks-api',
    params: inProject,
    query: pageQuery,
    answers: ok(pageOf(checkSummary)),
    problems: ['not-found'],
  },
  getCheck: {
    method: 'GET',
    path: '/v1/projects/{project}/checks/{checkId}',
    summary: 'Show a check: its steps and what they found',
    tag: 'Checks',
    scope: 'read',
    function: 'checks-api',
    params: inProject.extend({ checkId: identifier }),
    answers: ok(check),
    problems: ['not-found'],
  },
  startTask: {
    method: 'POST',
    path: '/v1/tasks',
    summary: 'Give Headroom a task to carry out in the background',
    tag: 'Tasks',
    scope: 'operate',
    function: 'tasks-api',
    body: taskRequest,
    startsWork: true,
    answers: accepted(taskAccepted),
    problems: ['not-found', 'conflict'],
  },
  getTask: {
    method: 'GET',
    path: '/v1/tasks/{taskId}',
    summary: 'Show a task',
    tag: 'Tasks',
    scope: 'read',
    function: 'tasks-api',
    params: z.object({ taskId: identifier }),
    answers: ok(task),
    problems: ['not-found'],
  },
} as const satisfies Record<string, Route>;

export type Operation = keyof typeof routes;
export const operations = Object.keys(routes) as Operation[];
export const route = (operation: Operation): Route => routes[operation];

type Parsed<Part> = Part extends z.ZodType ? z.output<Part> : undefined;
type Given<Part> = Part extends z.ZodType ? z.input<Part> : undefined;
type PartOf<Op extends Operation, Name extends string> =
  (typeof routes)[Op] extends Record<Name, infer Part> ? Part : undefined;

/** What a handler of the operation receives, after parsing. */
export interface OperationInput<Op extends Operation> {
  params: Parsed<PartOf<Op, 'params'>>;
  query: Parsed<PartOf<Op, 'query'>>;
  body: Parsed<PartOf<Op, 'body'>>;
}

/** What a client gives, before defaults are filled in. */
export interface OperationRequest<Op extends Operation> {
  params: Given<PartOf<Op, 'params'>>;
  query: Given<PartOf<Op, 'query'>>;
  body: Given<PartOf<Op, 'body'>>;
}

/** The body of the operation's successful answers. */
export type OperationAnswer<Op extends Operation> = {
  [Status in keyof (typeof routes)[Op]['answers']]: (typeof routes)[Op]['answers'][Status] extends { body: infer Body }
    ? Parsed<Body>
    : undefined;
}[keyof (typeof routes)[Op]['answers']];

/** The operations that a function serves. */
export type OperationsOf<Name extends FunctionName> = {
  [Op in Operation]: (typeof routes)[Op]['function'] extends Name ? Op : never;
}[Operation];

/** `PUT /v1/projects/{project}`: how API Gateway names a route. */
export const routeKey = ({ method, path }: Pick<Route, 'method' | 'path'>): string => `${method} ${path}`;
