import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import type {
  DeadLetter,
  DeadLetterChoice,
  DeadLetterQuery,
  DeadLetters,
  DeadLettersHandled,
} from '../contracts/dead-letters.ts';
import { type QueueName, queueNames } from '../contracts/messages.ts';
import { isoTime } from '../platform/clock.ts';
import type { Parts } from '../platform/parts.ts';
import { countMessages } from '../platform/queue/counts.ts';

/** So many a receive is what SQS gives. */
const batchSize = 10;
/** Nobody else sees what is being looked at; it is shown again at once afterwards, and when we end before, after this. */
const hiddenSeconds = 20;
const bodyCharacters = 4096;
const mostAtOnce = 1000;
/** SQS may answer that there is nothing while there is: it asks some of its servers only, and in AWS's words a long poll asks all. */
const waitSeconds = 1;

/** Messages that could not be handled. They stay where they are until somebody sends them on, or discards them. */
export class DeadLetterBox {
  readonly #parts: Pick<Parts, 'sqs' | 'configuration' | 'log'>;

  constructor(parts: Pick<Parts, 'sqs' | 'configuration' | 'log'>) {
    this.#parts = parts;
  }

  async list({ queue, limit }: DeadLetterQuery): Promise<DeadLetters> {
    const asked = queue === undefined ? queueNames : [queue];
    const found = await Promise.all(asked.map((name) => this.#listOf(name, limit)));
    return {
      items: found.flatMap(({ items }) => items),
      counts: Object.fromEntries(found.flatMap(({ name, count }) => (count === 0 ? [] : [[name, count]]))),
    };
  }

  /** Sent before it is removed: what is cut off between the two comes twice, which every receiver bears. */
  redrive(choice: DeadLetterChoice): Promise<DeadLettersHandled> {
    const { url } = this.#urls(choice.queue);
    return this.#handle(choice, ({ Body }) =>
      this.#parts.sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: Body })),
    );
  }

  discard(choice: DeadLetterChoice): Promise<DeadLettersHandled> {
    return this.#handle(choice, async ({ MessageId }) =>
      this.#parts.log.warn('A dead letter is discarded', { queue: choice.queue, messageId: MessageId }),
    );
  }

  async #listOf(name: QueueName, limit: number): Promise<{ name: QueueName; count: number; items: DeadLetter[] }> {
    const { deadLetterUrl } = this.#urls(name);
    const { waiting, inFlight } = await countMessages(this.#parts.sqs, deadLetterUrl);
    const count = waiting + inFlight;
    if (count === 0) return { name, count, items: [] };
    // No more than there are: to be sure that there is nothing else takes a second.
    const messages = await this.#take(deadLetterUrl, Math.min(limit, count));
    await this.#giveBack(deadLetterUrl, messages);
    return { name, count: Math.max(count, messages.length), items: messages.map((each) => shown(name, each)) };
  }

  async #handle(
    { queue, messageIds }: DeadLetterChoice,
    handle: (message: Message) => Promise<unknown>,
  ): Promise<DeadLettersHandled> {
    const { deadLetterUrl: QueueUrl } = this.#urls(queue);
    const wanted = messageIds === undefined ? undefined : new Set(messageIds);
    const isWanted = ({ MessageId = '' }: Message): boolean => wanted?.has(MessageId) ?? true;
    const taken = await this.#take(QueueUrl, mostAtOnce, wanted);
    await this.#giveBack(
      QueueUrl,
      taken.filter((message) => !isWanted(message)),
    );
    const handled: string[] = [];
    for (const message of taken.filter(isWanted)) {
      await handle(message);
      await this.#parts.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
      handled.push(message.MessageId ?? '');
    }
    return { handled, missing: (messageIds ?? []).filter((id) => !handled.includes(id)) };
  }

  /** @param wanted no more than these are looked for */
  async #take(QueueUrl: string, most: number, wanted?: ReadonlySet<string>): Promise<Message[]> {
    const taken = new Map<string, Message>();
    const isDone = (): boolean =>
      taken.size >= most || (wanted !== undefined && [...wanted].every((messageId) => taken.has(messageId)));
    while (!isDone()) {
      const { Messages = [] } = await this.#parts.sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
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

  async #giveBack(QueueUrl: string, messages: readonly Message[]): Promise<void> {
    for (const { ReceiptHandle } of messages) {
      const back = { QueueUrl, ReceiptHandle, VisibilityTimeout: 0 };
      // What cannot be given back comes back by itself.
      await this.#parts.sqs.send(new ChangeMessageVisibilityCommand(back)).catch(() => {});
    }
  }

  #urls(queue: QueueName): { url: string; deadLetterUrl: string } {
    const { queueUrls, deadLetterUrls } = this.#parts.configuration;
    const [url, deadLetterUrl] = [queueUrls[queue], deadLetterUrls[queue]];
    if (url === undefined || deadLetterUrl === undefined) throw new Error(`This function does not know ${queue}`);
    return { url, deadLetterUrl };
  }
}

function shown(queue: QueueName, { MessageId = '', Body = '', Attributes, MessageAttributes }: Message): DeadLetter {
  const fault = MessageAttributes?.fault?.StringValue;
  const sent = Number(Attributes?.SentTimestamp);
  return {
    queue,
    messageId: MessageId,
    body: Body.slice(0, bodyCharacters),
    ...(fault === undefined ? {} : { fault }),
    ...(sent > 0 ? { sentAt: isoTime(sent) } : {}),
  };
}
