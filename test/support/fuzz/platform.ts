import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { paginateScan } from '@aws-sdk/client-dynamodb';
import { PublishCommand } from '@aws-sdk/client-sns';
import { type FunctionName, functionDefinition, functionNames } from '../../../lib/contracts/functions.ts';
import { routes } from '../../../lib/contracts/routes.ts';
import { type EmulatedServices, startEmulatedServices } from '../../../lib/local/emulated-services.ts';
import { startEventSources } from '../../../lib/local/event-sources.ts';
import { functionConfiguration, localSettings } from '../../../lib/local/function-configuration.ts';
import { answerRequest } from '../../../lib/local/gateway/answer-request.ts';
import type { GatewayResponse } from '../../../lib/local/gateway/response.ts';
import { createRouteTable } from '../../../lib/local/gateway/route-table.ts';
import { lambdaEnvironment } from '../../../lib/local/lambda/function-environment.ts';
import { createFunctionHost, type FunctionHost } from '../../../lib/local/lambda/function-host.ts';
import { ensureQueues } from '../../../lib/local/provision/queues.ts';
import { ensureCacheTable, ensureHistoryTable } from '../../../lib/local/provision/tables.ts';
import { ensureTopics } from '../../../lib/local/provision/topics.ts';
import { stopInReverse } from '../../../lib/local/stop-in-reverse.ts';
import { canonicalJson } from '../../../lib/platform/canonical-json.ts';
import { systemClock } from '../../../lib/platform/clock.ts';
import { randomIds } from '../../../lib/platform/ids.ts';
import { KeyService } from '../../../lib/platform/keys/service.ts';
import { builtFunctions } from '../built-functions.ts';
import { historyTableOf } from '../platform.ts';

/** A request as a client writes it. */
export interface SentRequest {
  method: string;
  /** Path and query, as in the request line. */
  target: string;
  headers: [name: string, value: string][];
  body: Buffer;
  sourceIp: string;
}

export interface FuzzAnswer extends GatewayResponse {
  /** `GET /v1/projects/{project}`, as the gateway took it; `$default`; undefined where it answered by itself. */
  routeKey: string | undefined;
  pathParameters: Readonly<Record<string, string | undefined>>;
}

export interface FuzzedPlatform {
  /** Of a key that may do everything. */
  adminToken: string;
  /** Names and addresses that no answer has reason to tell. */
  internals: readonly string[];
  send(request: SentRequest): Promise<FuzzAnswer>;
  /** Has CloudWatch say that an alarm went off. */
  alarm(notification: object): Promise<void>;
  /** Has the queues read and the schedules kept no more: from then on nothing happens but what is asked for. */
  settle(): Promise<void>;
  /** What the tables hold, by key. */
  items(): Promise<Map<string, string>>;
  /** The newest lines that functions wrote about the request. */
  logOf(correlationId: string): string[];
  stop(): Promise<void>;
}

/** No answer tells of them, and no platform of another test has the same. */
const tables = { history: 'fuzzed-history-7c1', cache: 'fuzzed-cache-7c1' };
const keptLines = 2_000;
/** What is under way when the queues are left alone goes on to its end. */
const graceMs = 5_000;

/** The functions of the platform over the embedded emulators, asked as the gateway of one machine asks them, without a socket between. */
export async function startFuzzedPlatform(): Promise<FuzzedPlatform> {
  const root = mkdtempSync(join(tmpdir(), 'headroom-fuzz-'));
  const started = stopInReverse();
  started.add(() => rmSync(root, { recursive: true, force: true }));
  try {
    const services = await startEmulatedServices(
      { dataDir: root, redisUrl: undefined, log: () => {}, onFailure: () => {} },
      started,
    );
    return { ...(await startFunctions(root, services, started)), stop: () => started.stop() };
  } catch (error) {
    await started.stop().catch(() => {});
    throw error;
  }
}

async function startFunctions(
  root: string,
  services: EmulatedServices,
  started: ReturnType<typeof stopInReverse>,
): Promise<Omit<FuzzedPlatform, 'stop'>> {
  const { endpoints, dynamodb, sqs, sns } = services;
  const bundles = await builtFunctions();
  const [queues, topics] = await Promise.all([
    ensureQueues(sqs),
    ensureTopics(sns, sqs),
    ensureHistoryTable(dynamodb, tables.history),
    ensureCacheTable(dynamodb, tables.cache),
  ]);
  const resources = {
    historyTable: tables.history,
    cacheTable: tables.cache,
    redisUrl: services.redisUrl,
    queues,
    alarmsTopicArn: topics.arns.alarms,
    undeliveredUrls: topics.undeliveredUrls,
    settings: localSettings(),
  };
  const lines: string[] = [];
  const host = (name: FunctionName): FunctionHost => {
    const definition = functionDefinition(name);
    const { directory } = bundles[name];
    return createFunctionHost({
      name,
      definition,
      bundleDirectory: directory,
      environment: {
        ...functionConfiguration(name, resources),
        ...lambdaEnvironment(name, definition, directory, endpoints),
      },
      runDirectory: join(root, 'run'),
      // One request at a time is asked for. Each further instance would load its bundle for nothing.
      ...(definition.trigger.kind === 'http' ? { instanceLimit: 1 } : {}),
      onLog: (line) => {
        if (lines.push(line) > keptLines) lines.splice(0, keptLines / 2);
      },
    });
  };
  const hosts = Object.fromEntries(functionNames.map((name) => [name, host(name)])) as Record<
    FunctionName,
    FunctionHost
  >;
  started.add(() => Promise.all(Object.values(hosts).map((one) => one.stop())));
  services.lambda.serve(
    Object.fromEntries(
      functionNames.map((name) => [name, { host: hosts[name], recursion: functionDefinition(name).recursion }]),
    ),
  );
  let sources = startEventSources({
    hosts,
    sqs,
    queues,
    inboxes: topics.inboxes,
    firstTickAfterMs: 60_000,
    log: () => {},
  });
  const settle = async (): Promise<void> => {
    await Promise.all(sources.splice(0).map((source) => source.stop(graceMs)));
    sources = [];
  };
  started.add(settle);

  const match = createRouteTable(Object.values(routes), 'platform-api');
  const table = historyTableOf({ dynamodb, historyTable: tables.history });
  const keys = new KeyService({ table, clock: systemClock, ids: randomIds });
  const { token } = await keys.create({ name: 'seeding', scope: 'admin' }, 'a test');
  return {
    adminToken: token,
    internals: [...Object.values(tables), ...Object.values(endpoints), root, process.cwd()],
    settle,
    async send({ headers, ...request }) {
      let routed: Pick<FuzzAnswer, 'routeKey' | 'pathParameters'> = { routeKey: undefined, pathParameters: {} };
      const received = { ...request, rawHeaders: headers.flat(), protocol: 'HTTP/1.1', port: 443 };
      const answer = await answerRequest(received, {
        match,
        invoke: (name, event, trace) => {
          routed = { routeKey: event.routeKey, pathParameters: event.pathParameters ?? {} };
          return hosts[name].invoke(event, { trace });
        },
      });
      const isPacked = answer.headers.some((pair) => pair.join(': ') === 'content-encoding: gzip');
      return { ...answer, ...routed, body: isPacked ? gunzipSync(answer.body) : answer.body };
    },
    async alarm(notification) {
      await sns.send(new PublishCommand({ TopicArn: topics.arns.alarms, Message: JSON.stringify(notification) }));
    },
    async items() {
      const items = new Map<string, string>();
      for (const TableName of Object.values(tables)) {
        for await (const { Items = [] } of paginateScan({ client: dynamodb }, { TableName, ConsistentRead: true })) {
          for (const item of Items) items.set(`${TableName} ${item.pk?.S} ${item.sk?.S}`, canonicalJson(item));
        }
      }
      return items;
    },
    logOf: (correlationId) => lines.filter((line) => line.includes(correlationId)),
  };
}
