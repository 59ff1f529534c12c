import { type Message, SendMessageCommand } from '@aws-sdk/client-sqs';
import { readUndelivered } from '../../alerts/cloudwatch/undelivered.ts';
import type { AlarmNotification } from '../../contracts/alarm-notification.ts';
import {
  type DeadLetter,
  type DeadLetterChoice,
  type DeadLetterQuery,
  type DeadLetterSource,
  type DeadLetters,
  type DeadLettersHandled,
  deadLetterSources,
} from '../../contracts/dead-letters.ts';
import { isoTime } from '../../platform/clock.ts';
import type { Parts } from '../../platform/parts.ts';
import { countMessages } from '../../platform/queue/counts.ts';
import { HeldMessages } from './hold.ts';

const bodyCharacters = 4096;
const mostAtOnce = 1000;

type BoxParts = Pick<Parts, 'sqs' | 'configuration' | 'log'>;
/** Undefined: it is handled. Else why it stays. */
type Handle = (message: Message) => Promise<{ fault: string } | undefined>;

/** Messages that could not be handled. They stay where they are until somebody has them handled once more, or discards them. */
export class DeadLetterBox {
  readonly #parts: BoxParts;
  readonly #takeAlarm: (said: AlarmNotification) => Promise<void>;

  /** @param takeAlarm what the topic of alarms is heard by */
  constructor(parts: BoxParts, takeAlarm: (said: AlarmNotification) => Promise<void>) {
    this.#parts = parts;
    this.#takeAlarm = takeAlarm;
  }

  async list({ queue, limit }: DeadLetterQuery): Promise<DeadLetters> {
    const asked = queue === undefined ? deadLetterSources : [queue];
    const found = await Promise.all(asked.map((name) => this.#listOf(name, limit)));
    return {
      items: found.flatMap(({ items }) => items),
      counts: Object.fromEntries(found.flatMap(({ name, count }) => (count === 0 ? [] : [[name, count]]))),
    };
  }

  redrive(choice: DeadLetterChoice): Promise<DeadLettersHandled> {
    return this.#handle(choice, choice.queue === 'alarms' ? this.#takeAgain : this.#sendAgain(choice.queue));
  }

  discard(choice: DeadLetterChoice): Promise<DeadLettersHandled> {
    return this.#handle(choice, async ({ MessageId }) => {
      this.#parts.log.warn('A dead letter is discarded', { queue: choice.queue, messageId: MessageId });
      return undefined;
    });
  }

  /** Sent before it is removed: what is cut off between the two comes twice, which every receiver bears. */
  #sendAgain(queue: Exclude<DeadLetterSource, 'alarms'>): Handle {
    const QueueUrl = this.#parts.configuration.queueUrls[queue];
    if (QueueUrl === undefined) throw new Error(`This function does not know ${queue}`);
    return async ({ Body }) => {
      await this.#parts.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: Body }));
      return undefined;
    };
  }

  /** Here and now: a topic takes nothing back, and would tell all its subscribers once more. */
  #takeAgain: Handle = async ({ MessageId, Body = '' }) => {
    const read = readUndelivered(Body);
    if ('fault' in read) return read;
    try {
      await this.#takeAlarm(read.said);
      return undefined;
    } catch (error) {
      this.#parts.log.error('What an alarm said could not be taken', { messageId: MessageId, error });
      return { fault: 'It could not be taken; the log says why' };
    }
  };

  async #listOf(
    name: DeadLetterSource,
    limit: number,
  ): Promise<{ name: DeadLetterSource; count: number; items: DeadLetter[] }> {
    const url = this.#deadLetterUrl(name);
    const { waiting, inFlight } = await countMessages(this.#parts.sqs, url);
    const count = waiting + inFlight;
    if (count === 0) return { name, count, items: [] };
    const held = new HeldMessages(this.#parts.sqs, url);
    // No more than there are: to be sure that there is nothing else takes a second.
    const messages = await held.take(Math.min(limit, count));
    await held.giveBack(messages);
    return { name, count: Math.max(count, messages.length), items: messages.map((each) => shown(name, each)) };
  }

  async #handle({ queue, messageIds }: DeadLetterChoice, handle: Handle): Promise<DeadLettersHandled> {
    const held = new HeldMessages(this.#parts.sqs, this.#deadLetterUrl(queue));
    const wanted = messageIds === undefined ? undefined : new Set(messageIds);
    const isWanted = ({ MessageId = '' }: Message): boolean => wanted?.has(MessageId) ?? true;
    const taken = await held.take(mostAtOnce, wanted);
    const left = taken.filter((message) => !isWanted(message));
    const handled: string[] = [];
    const failed: { messageId: string; fault: string }[] = [];
    for (const message of taken.filter(isWanted)) {
      const messageId = message.MessageId ?? '';
      const failure = await handle(message);
      if (failure === undefined) {
        await held.remove(message);
        handled.push(messageId);
      } else {
        left.push(message);
        failed.push({ messageId, fault: failure.fault });
      }
    }
    await held.giveBack(left);
    const found = new Set([...handled, ...failed.map(({ messageId }) => messageId)]);
    return {
      handled,
      ...(failed.length === 0 ? {} : { failed }),
      missing: (messageIds ?? []).filter((id) => !found.has(id)),
    };
  }

  #deadLetterUrl(source: DeadLetterSource): string {
    const url = this.#parts.configuration.deadLetterUrls[source];
    if (url === undefined) throw new Error(`This function does not know ${source}`);
    return url;
  }
}

function shown(
  queue: DeadLetterSource,
  { MessageId = '', Body = '', Attributes, MessageAttributes }: Message,
): DeadLetter {
  const { text, fault } =
    queue === 'alarms' ? alarmIn(Body) : { text: Body, fault: MessageAttributes?.fault?.StringValue };
  const sent = Number(Attributes?.SentTimestamp);
  return {
    queue,
    messageId: MessageId,
    body: text.slice(0, bodyCharacters),
    ...(fault === undefined ? {} : { fault }),
    ...(sent > 0 ? { sentAt: isoTime(sent) } : {}),
  };
}

function alarmIn(body: string): { text: string; fault: string | undefined } {
  const read = readUndelivered(body);
  return { text: read.text, fault: 'fault' in read ? read.fault : undefined };
}
