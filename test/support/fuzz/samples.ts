import type { TelemetryBatch } from '../../../lib/contracts/telemetry.ts';
import { Sketch } from '../../../lib/statistics/sketch.ts';
import type { Json } from './json.ts';
import { known } from './known.ts';

const project = known('project', 0);
const namespace = known('namespace', 0);
const load = { users: 1, durationSeconds: 1, rampUpSeconds: 0 };

const template = `Resources:
  Worker:
    Type: AWS::Lambda::Function
    Properties: { Runtime: nodejs18.x, Handler: a.b, Role: r, Code: { ZipFile: "x" }, MemorySize: 128, Timeout: 900 }
  Orders:
    Type: AWS::DynamoDB::Table
    Properties: { BillingMode: PROVISIONED }
`;
const apiDocument =
  '{"openapi":"3.0.0","info":{"title":"a","version":"1"},"paths":{"/a/{id}":{"get":{"parameters":[{"name":"id","in":"path","required":true,"schema":{"type":"string"}}],"responses":{"200":{"description":"x"}}}}}}';
const accessLog = '192.0.2.1 - - [31/Jan/2026:02:00:00 +0000] "GET /a?b=1 HTTP/1.1" 200 12 "-" "curl/8"\n';
const recording =
  '{"log":{"version":"1.2","creator":{"name":"a","version":"1"},"entries":[{"startedDateTime":"2026-01-31T02:00:00.000Z","time":5,"request":{"method":"GET","url":"http://127.0.0.1/a","headers":[],"queryString":[],"cookies":[],"headersSize":-1,"bodySize":0},"response":{"status":200}}]}}';

/** What a service says of ten seconds: of requests, queries, other services, metrics of its own. @param word in all names */
export function telemetryAt(ms: number, word: string): TelemetryBatch {
  const taken = new Sketch();
  for (const us of [1_000, 5_000, 2_500_000]) taken.record(us);
  const times = taken.toBase64();
  const startMs = Math.floor(ms / 10_000) * 10_000 - 60_000;
  const request = {
    at: new Date(startMs + 1_000).toISOString(),
    method: 'GET',
    route: `/${word}/:id`,
    url: `/${word}/7`,
    requestBytes: 100,
    responseBytes: 1_000,
    queries: 1,
    queryTimeMs: 3,
  };
  return {
    instance: `${word}-1`,
    sequence: 1,
    sdk: 'test',
    dropped: 0,
    errors: 0,
    windows: [
      {
        start: new Date(startMs).toISOString(),
        durationMs: 10_000,
        endpoints: [
          {
            method: 'GET',
            route: `/${word}/:id`,
            statuses: { 200: 2, 500: 1 },
            failed: 1,
            responseTime: times,
            requestBytes: 300,
            responseBytes: 3_000,
            queries: 3,
            queryTimeUs: 900,
          },
        ],
        queries: [
          {
            system: 'postgresql',
            fingerprint: `SELECT * FROM ${word} WHERE id = ?`,
            endpoint: `GET /${word}/:id`,
            queryTime: times,
            rows: 3,
            maxPerRequest: 30,
          },
        ],
        outgoing: [
          { target: `https://${word}.example`, method: 'GET', statuses: { 200: 3 }, failed: 0, responseTime: times },
        ],
        pools: [],
        metrics: [{ kind: 'counter', name: 'orders', labels: { of: word }, value: 3 }],
        resources: { cpuPercent: 40, cpuCores: 1, rssMb: 200, memoryLimitMb: 512 },
        slowRequests: [{ ...request, status: 200, responseTimeMs: 2_500 }],
        failedRequests: [{ ...request, status: 500, responseTimeMs: 5 }],
      },
    ],
  };
}

const nanoseconds = (ms: number): string => `${ms}000000`;
const service = (name: string): Json => ({ attributes: [{ key: 'service.name', value: { stringValue: name } }] });

const spansAt = (ms: number): Json => ({
  resourceSpans: [
    {
      resource: service(project),
      scopeSpans: [
        {
          spans: [
            {
              traceId: '0af7651916cd43dd8448eb211c80319c',
              spanId: 'b7ad6b7169203331',
              name: 'GET /a',
              kind: 2,
              startTimeUnixNano: nanoseconds(ms - 30_000),
              endTimeUnixNano: nanoseconds(ms - 29_990),
              attributes: [
                { key: 'http.request.method', value: { stringValue: 'GET' } },
                { key: 'http.route', value: { stringValue: '/a' } },
                { key: 'http.response.status_code', value: { intValue: '200' } },
              ],
            },
          ],
        },
      ],
    },
  ],
});

const metricsAt = (ms: number): Json => ({
  resourceMetrics: [
    {
      resource: service(project),
      scopeMetrics: [
        {
          metrics: [
            {
              name: 'orders',
              sum: {
                isMonotonic: true,
                aggregationTemporality: 2,
                dataPoints: [
                  { startTimeUnixNano: nanoseconds(ms - 90_000), timeUnixNano: nanoseconds(ms - 30_000), asInt: '4' },
                ],
              },
            },
          ],
        },
      ],
    },
  ],
});

/**
 * Bodies that mean something: what a schema allows seldom fits together. Operations that are not here are asked with what their schemas
 * allow only.
 */
export const samplesAt = (ms: number, url: string): Readonly<Record<string, readonly Json[]>> => {
  const now = new Date(ms - 5_000).toISOString();
  const later = new Date(ms + 3_600_000).toISOString();
  const twoOfIt = [
    { name: 'a', project },
    { name: 'b', project, baseUrl: url },
  ];
  return {
    createKey: [
      { name: 'made', scope: 'read' },
      { name: 'made', scope: 'write', projects: [project] },
    ],
    putProject: [
      { baseUrl: url, resources: { lambdas: ['orders'], apis: ['shop'], tables: ['orders'], queues: ['mail'] } },
      { baseUrl: url, environment: 'production', autoOptimization: true, resources: { stack: 'shop' } },
    ],
    ingestTelemetry: [telemetryAt(ms, 'shop') as unknown as Json],
    ingestRequests: [
      {
        instance: 'log-1',
        sequence: 1,
        requests: [{ at: now, method: 'GET', url: '/a/7', status: 200, responseTimeMs: 5 }],
      },
    ],
    exportOtlpTraces: [spansAt(ms)],
    exportOtlpMetrics: [metricsAt(ms)],
    exportOtlpLogs: [{ resourceLogs: [{ scopeLogs: [{ logRecords: [{}] }] }] }],
    batchCache: [{ get: ['a', 'b'], set: [{ key: 'a', value: { n: 1 }, tags: ['t'], ttlSeconds: 60 }] }],
    invalidateCache: [{ keys: ['a'] }, { tags: ['t'] }, { pattern: 'a*', soft: true }],
    warmCache: [{ entries: [{ key: 'a', value: 1 }] }, { urls: [`${url}/a`] }, { fromTopKeys: 3 }],
    startLoadTest: [load, { kind: 'stress', startUsers: 1, maxUsers: 2, stepSeconds: 1 }],
    estimateLoadTest: [load, { kind: 'spike', users: 2, durationSeconds: 5 }],
    importScenarios: [
      { source: 'openapi', document: apiDocument },
      { source: 'openapi', path: '/openapi.json' },
      { source: 'har', document: recording, asFlow: true },
      { source: 'access-log', document: accessLog },
    ],
    startComparison: [{ configurations: twoOfIt, users: 1, durationSeconds: 10 }],
    startAnalysis: [{ depth: 'quick' }, { depth: 'standard' }],
    putBudgets: [[{ metric: 'responseTimeMs', objective: 300, percentile: 95 }], []],
    analyseQuery: [
      { dialect: 'postgresql', query: 'SELECT * FROM orders WHERE customer = 7 ORDER BY at DESC' },
      { dialect: 'mysql', query: 'SELECT a FROM t WHERE b IN (SELECT c FROM u)' },
      { dialect: 'sqlite', query: 'UPDATE t SET a = 1 WHERE b LIKE "%x"', schema: 'CREATE TABLE t (a INT, b TEXT)' },
      { dialect: 'mongodb', query: { find: 'orders', filter: { a: { $gt: 1 } }, sort: { b: 1 } } },
    ],
    putProjectProfile: [{ profileId: 'balanced' }, { profileId: 'memory-focused' }],
    startOptimizationRun: [
      { dryRun: true },
      { approve: 'manual', verify: { mode: 'none' } },
      { approve: 'manual', verify: { mode: 'passive' } },
    ],
    startMemorySweep: [{ function: 'shop-lambda', payload: '{}' }],
    registerDatabase: [
      { system: 'postgresql', connection: { url: 'postgres://nobody@127.0.0.1:1/none' } },
      { system: 'postgresql', connection: { environment: 'HEADROOM_DATABASE_NONE' } },
      { system: 'sqlite', path: '/nowhere/at-all.sqlite' },
    ],
    analyseTemplate: [{ template }, { stackName: 'shop' }],
    createSilence: [{ matchers: { project, type: 'error-rate' }, endsAt: later, why: 'moving' }],
    putChannel: [
      { kind: 'webhook', url: `${url}/hook`, secret: 'sixteen-characters' },
      { kind: 'slack', url: `${url}/slack`, projects: [project] },
      { kind: 'sns', topicArn: 'arn:aws:sns:us-east-1:000000000000:alarms' },
      { kind: 'eventbridge' },
    ],
    putCloudWatchAlarms: [{ types: ['errors'] }],
    startCheck: [{ loadTest: load }, { pipeline: 'daily' }],
    putSchedule: [
      { entries: [{ id: 'nightly', kind: 'daily', cron: '0 2 * * *', timeZone: 'Europe/Berlin', enabled: true }] },
    ],
    startTask: [
      { type: 'report', payload: { project } },
      { type: 'analysis', payload: { project, depth: 'quick' } },
      { type: 'cache-maintenance', payload: { namespace } },
      { type: 'export', payload: { project, metrics: ['requests'] } },
      { type: 'webhook', payload: { project, url: `${url}/task`, secret: 'sixteen-characters' } },
      { type: 'comparison', payload: { configurations: twoOfIt, durationSeconds: 10 } },
    ],
  };
};
