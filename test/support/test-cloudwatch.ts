import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  type CloudWatch,
  type CloudWatchOptions,
  startCloudWatch,
} from '../../lib/local/emulators/cloudwatch/cloudwatch.ts';

type Dimensions = Readonly<Record<string, string>>;

/** The emulator, and AWS's own client of it, which counts what it is asked. */
export class TestCloudWatch {
  readonly client: CloudWatchClient;
  /** GetMetricData, by the number of metrics in each. */
  readonly asked: number[] = [];
  readonly #emulator: CloudWatch;
  readonly #dataDir: string;

  private constructor(emulator: CloudWatch, dataDir: string) {
    this.#emulator = emulator;
    this.#dataDir = dataDir;
    this.client = clientOf(emulator.endpoint);
    this.client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          const { MetricDataQueries = [] } = args.input as { MetricDataQueries?: unknown[] };
          if (commandName === 'GetMetricDataCommand') this.asked.push(MetricDataQueries.length);
          return next(args);
        },
      { step: 'initialize' },
    );
  }

  /** @param onStateChange as the emulator tells what an alarm says */
  static async start(onStateChange?: CloudWatchOptions['onStateChange']): Promise<TestCloudWatch> {
    const dataDir = mkdtempSync(join(tmpdir(), 'headroom-cloudwatch-'));
    return new TestCloudWatch(
      await startCloudWatch({ dataDir, ...(onStateChange === undefined ? {} : { onStateChange }) }),
      dataDir,
    );
  }

  /** @param atMs when each value was reported, in epoch milliseconds */
  async put(
    namespace: string,
    metric: string,
    dimensions: Dimensions,
    atMs: number,
    ...values: number[]
  ): Promise<void> {
    const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
    const datum = { MetricName: metric, Dimensions, Timestamp: new Date(atMs), Values: values };
    await this.client.send(new PutMetricDataCommand({ Namespace: namespace, MetricData: [datum] }));
  }

  /** Takes the metrics of what a function wrote. @returns how many there were */
  ingest(lines: readonly string[]): number {
    return lines.reduce((count, line) => count + this.#emulator.ingestEmf(line), 0);
  }

  /** Brings the alarms to their states. @param nowMs epoch milliseconds */
  evaluate(nowMs: number): Promise<void> {
    return this.#emulator.evaluate(nowMs);
  }

  async stop(): Promise<void> {
    this.client.destroy();
    await this.#emulator.stop();
    rmSync(this.#dataDir, { recursive: true, force: true });
  }
}

export const clientOf = (endpoint: string): CloudWatchClient =>
  new CloudWatchClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
