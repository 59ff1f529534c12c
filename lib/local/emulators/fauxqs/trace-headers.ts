import type { OpenPersistence, SqsMessage, SqsQueue, SqsStore } from './internals.ts';
import { request } from './request-context.ts';

export interface TraceHeaders {
  /** From now on messages that come into this queue keep the trace header of the request that brought them. */
  watch(queue: SqsQueue): void;
  /** Reads back the headers of the messages that were loaded from disk. */
  load(store: SqsStore): void;
  of(message: SqsMessage): string | undefined;
}

/**
 * The system attribute `AWSTraceHeader`, which fauxqs does not know. Lambda counts in it how often a chain of messages
 * came by. It belongs to the message: it moves with it into a dead-letter queue, and is on disk when the message is.
 */
export function keepTraceHeaders({ persistence, database }: OpenPersistence): TraceHeaders {
  database.exec(`CREATE TABLE IF NOT EXISTS trace_headers (message_id TEXT PRIMARY KEY, header TEXT NOT NULL);
    DELETE FROM trace_headers WHERE message_id NOT IN (SELECT message_id FROM sqs_messages)`);
  const insert = database.prepare('INSERT OR REPLACE INTO trace_headers (message_id, header) VALUES (?, ?)');
  const remove = database.prepare('DELETE FROM trace_headers WHERE message_id = ?');
  const select = database.prepare('SELECT header FROM trace_headers WHERE message_id = ?');
  const headers = new WeakMap<SqsMessage, string>();

  const { insertMessage, deleteMessage } = persistence;
  persistence.insertMessage = (queueName, message) => {
    const header = headers.get(message);
    // First the header: a header without its message is dropped at the next start, the reverse could not be made good.
    if (header !== undefined) insert.run(message.messageId, header);
    insertMessage.call(persistence, queueName, message);
  };
  persistence.deleteMessage = (messageId) => {
    deleteMessage.call(persistence, messageId);
    remove.run(messageId);
  };

  return {
    watch(queue) {
      const enqueue = queue.enqueue.bind(queue);
      queue.enqueue = (message) => {
        // A message that moves to a dead-letter queue does so within a ReceiveMessage, and keeps its own header.
        const isNew = message.approximateReceiveCount === 0;
        const header = isNew ? request()?.traceHeaderOf(message.body) : undefined;
        if (header !== undefined) headers.set(message, header);
        enqueue(message);
      };
    },
    load(store) {
      for (const queue of store.allQueues()) {
        const { ready, delayed, inflight } = queue.inspectMessages();
        for (const message of [...ready, ...delayed, ...inflight.map((entry) => entry.message)]) {
          const header = select.get(message.messageId)?.header;
          if (typeof header === 'string') headers.set(message, header);
        }
      }
    },
    of: (message) => headers.get(message),
  };
}
