import type { OpenPersistence, SqsQueue } from './internals.ts';
import { request } from './request-context.ts';

/**
 * `ChangeMessageVisibility` with 0 writes nulls over a receive count that must not be null: the call fails, and the
 * message, already taken from the messages in flight, is lost until the next start (fauxqs 2.4.1).
 */
export function mendReturnToQueue({ persistence, database }: OpenPersistence): void {
  const makeReady = database.prepare(
    'UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?',
  );
  persistence.updateMessageReady = (messageId) => {
    makeReady.run(messageId);
  };
}

/** A long poll whose client hung up while it waited would still take a message, which nobody then sees or deletes. */
export function mendAbandonedPoll(queue: SqsQueue): void {
  const dequeue = queue.dequeue.bind(queue);
  queue.dequeue = (...args) => (request()?.isAbandoned() ? [] : dequeue(...args));
}

// Surrogates that stand alone are characters of their own under the flag `u`, and are refused.
const invalidCharacter = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

/** SQS takes all of XML 1.0's characters; fauxqs 2.4.1 refuses those beyond the basic plane, such as an emoji. */
export function mendCharacters(expression: RegExp): void {
  expression.test = (text) => invalidCharacter.test(text);
}

/**
 * Whoever worked on a message when the machine's platform ended, ended with it: nobody answers for it any more, so it need
 * not stay hidden for the rest of its visibility timeout, which may be 15 minutes.
 */
export function releaseInFlight({ database }: OpenPersistence): void {
  database.exec(
    'UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE receipt_handle IS NOT NULL',
  );
}
