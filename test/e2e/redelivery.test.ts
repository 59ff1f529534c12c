import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Evaluator } from '../../lib/alerts/evaluator.ts';
import { DeepAnalyses } from '../../lib/analysis/deep/service.ts';
import { AnalysisService } from '../../lib/analysis/service.ts';
import { CheckService } from '../../lib/checks/service.ts';
import { analysisRequest } from '../../lib/contracts/analysis.ts';
import { checkRequest } from '../../lib/contracts/checks.ts';
import { type FunctionName, functionDefinition, functionNames } from '../../lib/contracts/functions.ts';
import { loadTestRequest } from '../../lib/contracts/load.ts';
import { type Outgoing, type QueueName, queueNames } from '../../lib/contracts/messages.ts';
import { projectSettings } from '../../lib/contracts/projects.ts';
import { taskRequest } from '../../lib/contracts/tasks.ts';
import { telemetryBatch } from '../../lib/contracts/telemetry.ts';
import { LoadService } from '../../lib/load/service.ts';
import { startQueues } from '../../lib/local/emulators/queues.ts';
import { startEventSources } from '../../lib/local/event-sources.ts';
import { functionConfiguration, localSettings } from '../../lib/local/function-configuration.ts';
import { credentials, region } from '../../lib/local/lambda/account.ts';
import { lambdaEnvironment } from '../../lib/local/lambda/function-environment.ts';
import { createFunctionHost, type FunctionHost } from '../../lib/local/lambda/function-host.ts';
import { ensureQueues, type QueuePair } from '../../lib/local/provision/queues.ts';
import { ProjectService } from '../../lib/projects/service.ts';
import { type Bundle, bundleFunctions } from '../../lib/stack/bundle.ts';
import { Sketch } from '../../lib/statistics/sketch.ts';
import { TaskService } from '../../lib/tasks/service.ts';
import { TelemetryService } from '../../lib/telemetry/service.ts';
import { startTestDynamoDb, type TestDynamoDb, type TestParts } from '../support/history-table.ts';
import { unknownConcurrency } from '../support/load-run.ts';
import { fixedNow } from '../support/stand-ins/fixed-clock.ts';

const standIn = (name: string): string => join(import.meta.dirname, '../support/stand-ins', name);
const project = 'shop';

type Message = Pick<Outgoing, 'queue' | 'body'>;
type Item = Record<string, unknown>;

/**
 * Workers of an Artillery script do the same as those of the other engine; runs of optimizations wait for slices of time, and time
 * stands still here; notifications go out to receivers: what repeats and cuts do to those is tried by itself.
 */
const left: ReadonlySet<QueueName> = new Set([
  'load-scripts',
  'optimizations',
  'tasks-high',
  'tasks-low',
  'notifications',
]);

/** The functions that a message of the others can reach. */
const consumers = functionNames.filter((name) => {
  const { trigger } = functionDefinition(name);
  return trigger.kind === 'queue' && !left.has(trigger.queue);
});

describe('messages that come twice and in reverse', () => {
  let root: string;
  let dynamodb: TestDynamoDb;
  let bundles: Record<FunctionName, Bundle>;

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'headroom-redelivery-'));
    dynamodb = await startTestDynamoDb();
    bundles = (await bundleFunctions({
      outDir: join(root, 'functions'),
      functions: consumers,
      alias: {
        'lib/platform/clock.ts': standIn('fixed-clock.ts'),
        'lib/platform/pause.ts': standIn('short-pause.ts'),
        'lib/platform/queue/send.ts': standIn('recording-send.ts'),
        'lib/load/engine/engine.ts': standIn('counting-engine.ts'),
        'lib/load/machine-cpu.ts': standIn('idle-machine.ts'),
      },
    })) as Record<FunctionName, Bundle>;
  });

  afterAll(async () => {
    await dynamodb?.stop();
    rmSync(root, { recursive: true, force: true });
  });

  /** What stands in the table when a load test, a check, a task, a deep analysis and a look at alerts were just asked for, and the messages about them. */
  const ask = async (): Promise<{ items: Item[]; messages: Message[] }> => {
    const parts = await dynamodb.createParts({ now: fixedNow });
    const configuration = { ...parts.configuration, loadWorkers: 3 };
    const projects = new ProjectService({ ...parts, configuration });
    // `configuration` as the services read it: only these two settings matter to them.
    const loadTests = new LoadService(
      { ...parts, configuration: { ...configuration, ...unused } },
      projects,
      unknownConcurrency,
    );
    const telemetry = new TelemetryService(parts, projects);
    const analysis = new AnalysisService(parts, { projects, telemetry });
    const checks = new CheckService(parts, { projects, loadTests, analysis });
    await projects.put(project, projectSettings.parse({ baseUrl: 'http://127.0.0.1:9/' }));
    await telemetry.ingest(project, reported);
    await loadTests.start(project, loadTestRequest.parse({ users: 6, durationSeconds: 3 }));
    await checks.start(project, checkRequest.parse({}), undefined);
    await new TaskService(parts, projects, async () => {}).start(
      taskRequest.parse({ type: 'analysis', payload: { project } }),
      undefined,
    );
    // Of another project: what it reads of the load test would depend on how far that is.
    await projects.put('quiet', projectSettings.parse({ baseUrl: 'http://127.0.0.1:9/' }));
    await new DeepAnalyses(parts, projects).start('quiet', analysisRequest.parse({ depth: 'deep' }));
    await new Evaluator(parts, projects).askForAll();
    return { items: await itemsOf(parts), messages: parts.sent };
  };

  /** The clock stands still, so a check would wait for ever for a window that ends after its load test. */
  const responseTime = new Sketch();
  responseTime.record(20_000, 100);
  const reported = telemetryBatch.parse({
    instance: 'one',
    sequence: 1,
    sdk: 'test',
    windows: [
      {
        start: new Date(fixedNow - 5000).toISOString(),
        durationMs: 10_000,
        endpoints: [
          {
            method: 'GET',
            route: '/',
            statuses: { 200: 100 },
            failed: 0,
            responseTime: responseTime.toBase64(),
            requestBytes: 1000,
            responseBytes: 1000,
            queries: 0,
            queryTimeUs: 0,
          },
        ],
        queries: [],
        slowRequests: [],
        failedRequests: [],
      },
    ],
  });

  const unused = {
    functionName: 'load-api',
    stage: 'test',
    historyTable: 'unused',
    queueUrls: {},
    deadLetterUrls: {},
  } as const;

  const itemsOf = async ({ client, tableName }: TestParts): Promise<Item[]> => {
    const { Items = [] } = await client.send(new ScanCommand({ TableName: tableName, ConsistentRead: true }));
    return Items;
  };

  /**
   * What a reader of the table can see: how often an item was rewritten on the way is no part of it, nor in how many looks a
   * load test was added up.
   */
  const dump = async (parts: TestParts): Promise<Item[]> => {
    const items = await itemsOf(parts);
    const keyOf = (item: Item): string => `${item.pk} ${item.sk}`;
    return items
      .filter(({ type }) => type !== 'LoadFold')
      .map(({ revision: _, ...item }) => ({ ...item, data: (told[String(item.type)] ?? whole)(item) }))
      .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  };

  const whole = ({ data }: Item): unknown => data;
  /** What a test may still send on that day depends on which of two that began at once was counted first. */
  const runIn = ({ data }: Item): unknown => {
    const { requestsAllowed: _, ...run } = JSON.parse(String(data));
    return run;
  };
  const resultIn = ({ data }: Item): unknown => {
    const { inline } = JSON.parse(String(data)) as { inline: string };
    const stored = JSON.parse(inflateRawSync(Buffer.from(inline, 'base64')).toString()) as {
      data: { result: unknown };
    };
    return stored.data.result;
  };

  const told: Record<string, (item: Item) => unknown> = { LoadResult: resultIn, LoadTest: runIn };

  /** Puts the items into an empty table, delivers the messages, and lets the functions work until nothing is left. */
  const deliver = async (
    items: readonly Item[],
    messages: readonly Message[],
  ): Promise<{ dump: Item[]; sent: Message[] }> => {
    const parts = await dynamodb.createParts({ now: fixedNow });
    const directory = join(root, parts.tableName);
    const emulator = await startQueues({ dataDir: join(directory, 'queues') });
    const sqs = new SQSClient({ endpoint: emulator.endpoint, region, credentials });
    const queues = await ensureQueues(sqs);
    for (const item of items) {
      await parts.client.send(new PutCommand({ TableName: parts.tableName, Item: item }));
    }
    for (const { queue, body } of messages) {
      await sqs.send(new SendMessageCommand({ QueueUrl: queues[queue].url, MessageBody: JSON.stringify(body) }));
    }
    const record = join(directory, 'sent.jsonl');
    appendFileSync(record, '');
    const sqsEndpoint = emulator.endpoint;
    const endpoints = {
      dynamodb: dynamodb.endpoint,
      sqs: sqsEndpoint,
      sns: sqsEndpoint,
      cloudwatch: sqsEndpoint,
      lambda: sqsEndpoint,
    };
    const host = (name: FunctionName): FunctionHost =>
      createFunctionHost({
        name,
        definition: functionDefinition(name),
        bundleDirectory: bundles[name].directory,
        environment: {
          ...functionConfiguration(name, {
            historyTable: parts.tableName,
            alarmsTopicArn: 'arn:aws:sns:us-east-1:000000000000:unused',
            undeliveredUrls: { alarms: 'http://127.0.0.1:9/unused' },
            cacheTable: 'cache',
            redisUrl: undefined,
            queues,
            settings: localSettings(),
          }),
          ...lambdaEnvironment(name, functionDefinition(name), bundles[name].directory, endpoints),
          RECORD_FILE: record,
        },
        runDirectory: join(directory, 'run'),
        onLog: () => {},
        // Two at once are enough to get in each other's way, and every further one loads its bundle. Workers of a load
        // test begin together.
        ...(functionDefinition(name).host === 'thread' && { instanceLimit: 2 }),
      });
    const hosts = Object.fromEntries(consumers.map((name) => [name, host(name)])) as Record<FunctionName, FunctionHost>;
    const log = (): void => {};
    const sources = startEventSources({ hosts, sqs, queues, inboxes: {}, firstTickAfterMs: 0, log, only: consumers });
    await expect.poll(() => waiting(sqs, queues), { timeout: 150_000, interval: 500 }).toBe(0);
    await Promise.all(sources.map((source) => source.stop(1000)));
    await Promise.all(Object.values(hosts).map((one) => one.stop()));
    sqs.destroy();
    await emulator.stop();
    const lines = readFileSync(record, 'utf8').split('\n').filter(Boolean);
    return { dump: await dump(parts), sent: lines.map((line): Message => JSON.parse(line)) };
  };

  /** Messages that wait, are delayed, or are being worked on. */
  const waiting = async (sqs: SQSClient, queues: Record<QueueName, QueuePair>): Promise<number> => {
    const counts = await Promise.all(
      queueNames.map(async (queue) => {
        const { Attributes = {} } = await sqs.send(
          new GetQueueAttributesCommand({ QueueUrl: queues[queue].url, AttributeNames: ['All'] }),
        );
        return (
          Number(Attributes.ApproximateNumberOfMessages) +
          Number(Attributes.ApproximateNumberOfMessagesNotVisible) +
          Number(Attributes.ApproximateNumberOfMessagesDelayed ?? 0)
        );
      }),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  };

  it('leave the table as one delivery in order does', { timeout: 480_000 }, async () => {
    const { items, messages } = await ask();
    // Each message once, as it is sent: by it the messages that follow become known.
    const recorded = await deliver(items, messages);
    const all = [...messages, ...recorded.sent];
    expect(new Set(all.map(({ queue }) => queue))).toEqual(new Set(queueNames.filter((queue) => !left.has(queue))));

    const twiceReversedMessages = all.flatMap((message) => [message, message]).reverse();
    const twiceReversed = await deliver(items, twiceReversedMessages);

    expect(recorded.dump.filter(({ type }) => type === 'LoadInterval').length).toBeGreaterThan(6);
    expect(twiceReversed.dump).toEqual(recorded.dump);
  });
});
