import {
  type Message,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { type FauxqsServer, startFauxqs } from 'fauxqs';
import { credentials, region } from '../../../lib/local/lambda/account.ts';
import type { InvocationResult } from '../../../lib/local/lambda/hosted-instance.ts';
import { failedMessages, sqsEvent } from '../../../lib/local/sources/sqs-event.ts';
import { type Poller, type PollerOptions, startPoller } from '../../../lib/local/sources/sqs-poller.ts';

export const succeeded: InvocationResult = { ok: true, payload: null };

/** A real queue, with a dead-letter queue, and pollers on it. */
export class QueueFixture {
  readonly server: FauxqsServer;
  readonly client: SQSClient;
  readonly url: string;
  readonly deadLetterUrl: string;
  readonly lines: string[] = [];
  readonly #pollers: Poller[] = [];

  private constructor(server: FauxqsServer, name: string) {
    this.server = server;
    this.client = clientOf(server.port);
    this.url = `http://127.0.0.1:${server.port}/000000000000/${name}`;
    this.deadLetterUrl = `${this.url}-dead-letters`;
  }

  static async start(name = 'work', port = 0): Promise<QueueFixture> {
    const server = await startFauxqs({ port, logger: false, host: 'localhost' });
    const { queueArn } = server.createQueue(`${name}-dead-letters`);
    server.createQueue(name, {
      attributes: {
        VisibilityTimeout: '30',
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn, maxReceiveCount: 3 }),
      },
    });
    return new QueueFixture(server, name);
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
  get size(): number {
    const messages = this.server.inspectQueue('work')?.messages;
    if (messages === undefined) return 0;
    return messages.ready.length + messages.delayed.length + messages.inflight.length;
  }

  purge(): Promise<unknown> {
    return this.client.send(new PurgeQueueCommand({ QueueUrl: this.url }));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#pollers.map((poller) => poller.stop(0)));
    this.client.destroy();
    await this.server.stop();
  }
}

export const clientOf = (port: number): SQSClient =>
  new SQSClient({ endpoint: `http://127.0.0.1:${port}`, region, credentials, maxAttempts: 1 });
