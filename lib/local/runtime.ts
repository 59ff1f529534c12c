import { join } from 'node:path';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { type FunctionName, functionDefinition, functionNames } from '../contracts/functions.ts';
import { routes } from '../contracts/routes.ts';
import { cacheTable, historyTable } from '../platform/table/schema.ts';
import { openBoundedLog } from './bounded-log.ts';
import { startEmulatedServices } from './emulated-services.ts';
import { sweepExpired } from './emulators/expiry.ts';
import { type EventSource, startEventSources } from './event-sources.ts';
import { functionConfiguration, localSettings, type Settings } from './function-configuration.ts';
import { startGateway } from './gateway/gateway.ts';
import { createRouteTable } from './gateway/route-table.ts';
import { type Endpoints, lambdaEnvironment } from './lambda/function-environment.ts';
import { createFunctionHost, type FunctionHost } from './lambda/function-host.ts';
import { InvocationMetrics } from './lambda/invocation-metrics.ts';
import { ensureQueues } from './provision/queues.ts';
import { ensureCacheTable, ensureHistoryTable } from './provision/tables.ts';
import { ensureTopics } from './provision/topics.ts';
import { watchAlarms } from './sources/alarm-watch.ts';
import { QueueMetrics } from './sources/queue-metrics.ts';
import type { ScheduleTime } from './sources/schedule.ts';
import { stopInReverse } from './stop-in-reverse.ts';
import { lockDataDirectory } from './supervision/data-directory-lock.ts';
import { endLeftovers } from './supervision/pid-files.ts';

export interface RuntimeOptions {
  /** Everything that is kept lies below it. One runtime at a time may use it. */
  dataDir: string;
  /** 0: one that is free. */
  port: number;
  /** Where each function's `index.mjs` lies. */
  bundles: Readonly<Record<FunctionName, { directory: string }>>;
  /** In place of the local ones. */
  settings?: Partial<Settings>;
  /** `REDIS_URL`: a server to use in place of one of our own. */
  redisUrl?: string;
  /** In place of those of the definitions, in seconds. A message is hidden for as long as it would be without. */
  timeouts?: Partial<Record<FunctionName, number>>;
  /**
   * How far functions give way to load generators and their targets on this machine, in niceness; default 0. Those of caches
   * do not: they are a part of the services that use them.
   */
  functionNiceness?: number;
  /** What goes wrong beside any request. */
  log: (line: string) => void;
  /** A part ended that nothing works without. The caller stops the runtime. */
  onFailure?: (error: Error) => void;
  /** When the first tick comes. Default: after a second. */
  firstTickAfterMs?: number;
  time?: ScheduleTime;
}

export interface Runtime {
  /** `http://127.0.0.1:4040` */
  apiUrl: string;
  /** Of the emulated services, for `AWS_ENDPOINT_URL_*`. */
  endpoints: Endpoints;
  redisUrl: string | undefined;
  historyTable: string;
  cacheTable: string;
  /** The runtime's own clients, closed when it stops. */
  dynamodb: DynamoDBClient;
  sqs: SQSClient;
  /** What the functions wrote. */
  logFile: string;
  /** Answers what was asked, finishes or gives back what was begun, and ends everything; may be called again. */
  stop(): Promise<void>;
}

export const historyTableName = 'headroom-local-history';
export const cacheTableName = 'headroom-local-cache';
const logName = 'functions.log';
const alarmsEveryMs = 10_000;
/** What is asked is answered within it when Ctrl-C comes, or is broken off. */
const gatewayGraceMs = 5_000;
/** What takes longer is given back to its queue. */
const sourceGraceMs = 3_000;

/**
 * The platform on one machine: the functions of the contracts, hosted as Lambda hosts them, between emulated services.
 * @throws DataDirectoryError, PortInUseError (one sentence each), or what kept a part from starting
 */
export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  const started = stopInReverse();
  try {
    return { ...(await start(options, started)), stop: () => started.stop() };
  } catch (error) {
    await started.stop().catch(() => {});
    throw error;
  }
}

async function start(
  options: RuntimeOptions,
  started: ReturnType<typeof stopInReverse>,
): Promise<Omit<Runtime, 'stop'>> {
  const { dataDir, bundles, timeouts = {}, functionNiceness = 0, log, time } = options;
  const lock = lockDataDirectory(dataDir);
  started.add(() => lock.release());
  const runDirectory = join(dataDir, 'run');
  await endLeftovers(runDirectory);
  const functionLog = openBoundedLog(join(dataDir, 'logs'), logName);
  started.add(() => functionLog.close());

  const services = await startEmulatedServices(
    { dataDir, redisUrl: options.redisUrl, log, onFailure: options.onFailure ?? ((error) => log(error.message)) },
    started,
  );
  const { endpoints, dynamodb, sqs, sns } = services;
  const [queues, topics] = await Promise.all([
    ensureQueues(sqs),
    ensureTopics(sns, sqs),
    ensureHistoryTable(dynamodb, historyTableName),
    ensureCacheTable(dynamodb, cacheTableName),
  ]);

  for (const expiring of [
    { name: historyTableName, ...historyTable },
    { name: cacheTableName, ...cacheTable },
  ]) {
    const sweep = sweepExpired({ client: dynamodb, ...expiring }, { log });
    started.add(() => sweep.stop());
  }

  const resources = {
    historyTable: historyTableName,
    cacheTable: cacheTableName,
    redisUrl: services.redisUrl,
    queues,
    alarmsTopicArn: topics.arns.alarms,
    undeliveredUrls: topics.undeliveredUrls,
    settings: { ...localSettings(), ...options.settings },
  };
  const invocations = new InvocationMetrics();
  const queueMetrics = new QueueMetrics(endpoints.sqs);
  services.cloudwatch.gatherFrom(() => [...invocations.drain(), ...queueMetrics.drain()]);
  const host = (name: FunctionName): FunctionHost => {
    const definition = functionDefinition(name);
    const timeoutSeconds = timeouts[name] ?? definition.timeoutSeconds;
    const { directory } = bundles[name];
    return createFunctionHost({
      name,
      definition: { ...definition, timeoutSeconds },
      bundleDirectory: directory,
      environment: {
        ...functionConfiguration(name, resources),
        ...lambdaEnvironment(name, definition, directory, endpoints),
      },
      runDirectory,
      niceness: definition.redis ? 0 : functionNiceness,
      onInvocation: (invocation) => invocations.add(name, invocation, Date.now()),
      onLog: (line) => {
        functionLog.write(name, line);
        services.cloudwatch.ingestEmf(line);
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

  const entrances: EventSource[] = [];
  started.add(() => Promise.all(entrances.map((entrance) => entrance.stop(sourceGraceMs))));
  const gateway = await startGateway({
    port: options.port,
    match: createRouteTable(Object.values(routes), 'platform-api'),
    invoke: (name, event, trace) => hosts[name].invoke(event, { trace }),
  });
  const evaluateAlarms = async (nowMs: number): Promise<void> => {
    await queueMetrics.sample(nowMs);
    await services.cloudwatch.evaluate(nowMs);
  };
  entrances.push(watchAlarms({ evaluate: evaluateAlarms, everyMs: alarmsEveryMs, log }));
  entrances.push({ stop: () => gateway.stop(gatewayGraceMs) });
  entrances.push({ stop: services.lambda.finish });
  entrances.push(
    ...startEventSources({
      hosts,
      sqs,
      queues,
      inboxes: topics.inboxes,
      firstTickAfterMs: options.firstTickAfterMs ?? 1_000,
      log,
      ...(time === undefined ? {} : { time }),
    }),
  );
  return {
    apiUrl: gateway.url,
    endpoints,
    redisUrl: services.redisUrl,
    historyTable: historyTableName,
    cacheTable: cacheTableName,
    dynamodb,
    sqs,
    logFile: join(dataDir, 'logs', logName),
  };
}
