import { rmSync } from 'node:fs';
import {
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { Emulator } from '../../../lib/local/emulators/emulator.ts';
import { ensureQueue } from '../../../lib/local/emulators/queue-provisioning.ts';
import { startQueues } from '../../../lib/local/emulators/queues.ts';
import { credentials, region } from '../../../lib/local/lambda/account.ts';
import type { InvocationResult } from '../../../lib/local/lambda/hosted-instance.ts';
import { failedMessages, sqsEvent } from '../../../lib/local/sources/sqs-event.ts';
import { type Poller, type PollerOptions, startPoller } from '../../../lib/local/sources/sqs-poller.ts';
import { temporaryDirectory } from '../../support/bundle-function.ts';

export const succeeded: InvocationResult = { ok: true, payload: null };

export interface QueueServer extends Emulator {
  client: SQSClient;
}

/** SQS and SNS with their data in a directory that goes with them. */
export async function startQueueServer(port = 0): Promise<QueueServer> {
  const dataDir = temporaryDirectory();
  const emulator = await startQueues({ dataDir, port });
  const client = clientOf(emulator.endpoint);
  const stop = async (): Promise<void> => {
    client.destroy();
    await emulator.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  return { endpoint: emulator.endpoint, client, stop };
}

/** A real queue, with a dead-letter queue, and pollers on it. */
export class QueueFixture {
  readonly client: SQSClient;
  readonly url: string;
  readonly deadLetterUrl: string;
  readonly lines: string[] = [];
  readonly #pollers: Poller[] = [];

  private constructor(client: SQSClient, url: string) {
    this.client = client;
    this.url = url;
    this.deadLetterUrl = `${url}-dead-letters`;
  }

  static async create({ client }: QueueServer, name: string): Promise<QueueFixture> {
    const deadLetters = await ensureQueue(client, { name: `${name}-dead-letters`, visibilityTimeoutSeconds: 30 });
    const redrive = { deadLetterQueueArn: deadLetters.arn, maxReceiveCount: 3 };
    const { url } = await ensureQueue(client, { name, visibilityTimeoutSeconds: 30, redrive });
    return new QueueFixture(client, url);
  }

  async send(...bodies: string[]): Promise<void> {
    for (const body of bodies)
      await this.client.send(new SendMessageCommand({ QueueUrl: this.url, MessageBody: body }));
  }

  poll(invoke: PollerOptions['invoke'], options: Partial<PollerOptions> = {}): Poller {
    const poller = startPoller({
      client: this.client,
      queueUrl: this.url,
      deadLetterQueueUrl: this.deadLetterUrl,
      functionName: 'worker',
      batchSize: 10,
      maxConcurrency: 10,
      recursion: 'terminate',
      event: (messages) => sqsEvent(messages, 'arn:aws:sqs:us-east-1:000000000000:work'),
      failed: failedMessages,
      invoke,
      log: (line) => this.lines.push(line),
      ...options,
    });
    this.#pollers.push(poller);
    return poller;
  }

  async receive(queueUrl: string, waitSeconds = 0): Promise<readonly Message[]> {
    const { Messages = [] } = await this.client.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: waitSeconds,
        MessageSystemAttributeNames: ['All'],
      }),
    );
    return Messages;
  }

  /** How many messages the queue holds, in whatever state. */
  async size(): Promise<number> {
    const { Attributes = {} } = await this.client.send(
      new GetQueueAttributesCommand({ QueueUrl: this.url, AttributeNames: ['All'] }),
    );
    return Object.entries(Attributes)
      .filter(([name]) => name.startsWith('ApproximateNumberOfMessages'))
      .reduce((sum, [, count]) => sum + Number(count), 0);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#pollers.map((poller) => poller.stop(0)));
  }
}

export const clientOf = (endpoint: string): SQSClient =>
  new SQSClient({ endpoint, region, credentials, maxAttempts: 1 });
