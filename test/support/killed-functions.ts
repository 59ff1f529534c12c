import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type FunctionName, functionDefinition } from '../../lib/contracts/functions.ts';
import { type QueueName, queueNames } from '../../lib/contracts/messages.ts';
import { queues } from '../../lib/contracts/queues.ts';
import { functionConfiguration, localSettings, type Resources } from '../../lib/local/function-configuration.ts';
import { queueArn } from '../../lib/local/lambda/account.ts';
import { lambdaEnvironment } from '../../lib/local/lambda/function-environment.ts';
import { createFunctionHost, type FunctionHost } from '../../lib/local/lambda/function-host.ts';
import { failedMessages, sqsEvent } from '../../lib/local/sources/sqs-event.ts';
import { parseIdentity } from '../../lib/local/supervision/process-identity.ts';
import { bundleFunctions } from '../../lib/stack/bundle.ts';
import type { TestParts } from './history-table.ts';
import { type KillingWire, type Message, startKillingWire } from './killing-wire.ts';

export interface KilledFunctionsOptions {
  parts: TestParts;
  /** Of the emulator that `parts` stand on. */
  dynamoDbEndpoint: string;
  /** Whose functions are at work. */
  queues: readonly QueueName[];
  /** What stands in for all of AWS but the table and the queues. */
  awsEndpoint?: string;
}

/**
 * The functions that read some queues, as they are deployed and as the local runtime hosts them, each in a process of its own, which the
 * wire ends with SIGKILL after one of its deeds. They go by the clock of the parts.
 */
export class KilledFunctions {
  readonly wire: KillingWire;
  readonly #parts: TestParts;
  readonly #root: string;
  readonly #hosts: ReadonlyMap<QueueName, FunctionHost>;
  /** Whose process is at work. */
  #busy: FunctionName | undefined;

  static async start({ parts, dynamoDbEndpoint, queues: served, awsEndpoint }: KilledFunctionsOptions) {
    const root = mkdtempSync(join(tmpdir(), 'headroom-killed-'));
    const names = served.map((queue) => queues[queue].consumer);
    const bundles = await bundleFunctions({
      outDir: join(root, 'functions'),
      functions: names,
      alias: { 'lib/platform/clock.ts': join(import.meta.dirname, 'stand-ins/told-clock.ts') },
    });
    let killed: KilledFunctions | undefined;
    const wire = await startKillingWire({ table: dynamoDbEndpoint, aws: awsEndpoint }, () => killed?.kill());
    const { url } = wire;
    const queueOf = (queue: string) => ({ url: `${url}/${queue}`, arn: queueArn(queue), deadLetterUrl: url });
    const resources: Resources = {
      historyTable: parts.tableName,
      cacheTable: 'cache',
      redisUrl: undefined,
      queues: Object.fromEntries(queueNames.map((queue) => [queue, queueOf(queue)])) as Resources['queues'],
      alarmsTopicArn: 'arn:aws:sns:us-east-1:000000000000:unused',
      undeliveredUrls: { alarms: url },
      settings: localSettings(),
    };
    const hostOf = (name: FunctionName): FunctionHost => {
      const definition = { ...functionDefinition(name), host: 'process' as const };
      const { directory } = bundles[name];
      const endpoints = { dynamodb: url, sqs: url, sns: url, cloudwatch: url, lambda: url };
      const environment = {
        ...functionConfiguration(name, resources),
        ...lambdaEnvironment(name, definition, directory, endpoints),
        TIME_FILE: join(root, 'time'),
      };
      const runDirectory = join(root, 'run');
      return createFunctionHost({
        name,
        definition,
        bundleDirectory: directory,
        environment,
        runDirectory,
        onLog: () => {},
      });
    };
    const hosts = new Map(served.map((queue) => [queue, hostOf(queues[queue].consumer)]));
    killed = new KilledFunctions(parts, root, hosts, wire);
    killed.pass(0);
    return killed;
  }

  private constructor(parts: TestParts, root: string, hosts: ReadonlyMap<QueueName, FunctionHost>, wire: KillingWire) {
    this.#parts = parts;
    this.#root = root;
    this.#hosts = hosts;
    this.wire = wire;
  }

  pass(ms: number): void {
    this.#parts.time.now += ms;
    writeFileSync(join(this.#root, 'time'), String(this.#parts.time.now));
  }

  /** Delivers a message. @returns whether it is done; what is not, SQS would give once more */
  async work({ queue, body }: Message): Promise<boolean> {
    const host = this.#hosts.get(queue);
    if (host === undefined) throw new Error(`Nobody reads ${queue} here`);
    this.#busy = queues[queue].consumer;
    const Attributes = { ApproximateReceiveCount: '1' };
    const message = { MessageId: 'm', ReceiptHandle: 'r', Body: JSON.stringify(body), Attributes };
    const result = await host.invoke(sqsEvent([message], queueArn(queue)));
    if (!result.ok) expect(result.errorMessage).toContain('SIGKILL');
    return result.ok && failedMessages(result.payload, ['m']).length === 0;
  }

  /**
   * Lets minutes pass, each with its tick, until nothing is left to do. What is not done comes again when SQS gives it once more.
   * @param killAt after which deed the one at work is killed; 0: after none @returns how many deeds there were
   */
  async lead(killAt: number): Promise<number> {
    const { wire } = this;
    Object.assign(wire, { deeds: 0, killAt, sent: [], received: [] });
    for (let waitMs = 60_000; ; ) {
      this.pass(waitMs);
      waitMs = 60_000;
      // What the outbox still holds is the tick's to send on.
      await this.#parts.outbox.relayDue();
      const waiting = [...this.#parts.sent.splice(0), ...wire.sent.splice(0)];
      if (waiting.length === 0) return wire.deeds;
      for (const message of waiting) {
        if (await this.work(message)) continue;
        wire.sent.push(message);
        waitMs = 1_000 * queues[message.queue].visibilityTimeoutSeconds;
      }
    }
  }

  private kill(): void {
    const directory = join(this.#root, 'run');
    const [file] = readdirSync(directory).filter((one) => one.startsWith(`${this.#busy}-`));
    const pid = file && parseIdentity(readFileSync(join(directory, file), 'utf8'))?.pid;
    if (!pid) throw new Error(`${this.#busy} has no process`);
    process.kill(pid, 'SIGKILL');
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#hosts.values()].map((host) => host.stop()));
    await this.wire.close();
    rmSync(this.#root, { recursive: true, force: true });
  }
}
