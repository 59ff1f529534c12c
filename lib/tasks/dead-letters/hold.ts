import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

/** So many a receive is what SQS gives. */
const batchSize = 10;
/** Nobody else sees what is being looked at; it is shown again at once afterwards, and when we end before, after this. */
const hiddenSeconds = 20;
/** SQS may answer that there is nothing while there is: it asks some of its servers only, and in AWS's words a long poll asks all. */
const waitSeconds = 1;

/** A queue whose messages stay where they are until somebody decides about them: they are taken to be looked at, and given back. */
export class HeldMessages {
  readonly #sqs: SQSClient;
  readonly #QueueUrl: string;

  constructor(sqs: SQSClient, queueUrl: string) {
    this.#sqs = sqs;
    this.#QueueUrl = queueUrl;
  }

  /** @param wanted no more than these are looked for */
  async take(most: number, wanted?: ReadonlySet<string>): Promise<Message[]> {
    const taken = new Map<string, Message>();
    const isDone = (): boolean =>
      taken.size >= most || (wanted !== undefined && [...wanted].every((messageId) => taken.has(messageId)));
    while (!isDone()) {
      const { Messages = [] } = await this.#sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: this.#QueueUrl,
          MaxNumberOfMessages: Math.min(batchSize, most - taken.size),
          VisibilityTimeout: hiddenSeconds,
          WaitTimeSeconds: waitSeconds,
          MessageAttributeNames: ['fault'],
          MessageSystemAttributeNames: ['SentTimestamp'],
        }),
      );
      for (const message of Messages) taken.set(message.MessageId ?? '', message);
      if (Messages.length === 0) break;
    }
    return [...taken.values()];
  }

  async giveBack(messages: readonly Message[]): Promise<void> {
    for (const { ReceiptHandle } of messages) {
      const back = { QueueUrl: this.#QueueUrl, ReceiptHandle, VisibilityTimeout: 0 };
      // What cannot be given back comes back by itself.
      await this.#sqs.send(new ChangeMessageVisibilityCommand(back)).catch(() => {});
    }
  }

  async remove({ ReceiptHandle }: Message): Promise<void> {
    await this.#sqs.send(new DeleteMessageCommand({ QueueUrl: this.#QueueUrl, ReceiptHandle }));
  }
}
