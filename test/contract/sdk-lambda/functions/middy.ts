import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import middy from '@middy/core';
import { monitor } from 'headroom/middleware';

interface Event {
  rawPath?: string;
  Records?: { body: string }[];
}

const database = new DatabaseSync(':memory:');
database.exec('CREATE TABLE item (id INTEGER)');

async function answer({ rawPath = '', Records = [] }: Event): Promise<object> {
  if (rawPath.endsWith('/error')) throw new Error('it failed');
  if (rawPath.endsWith('/slow')) await delay(5_000, undefined, { ref: false });
  if (Records.length > 0) return { batchItemFailures: Records.filter(({ body }) => body === 'bad') };
  await Promise.resolve();
  database.prepare('SELECT id FROM item WHERE id = 7').all();
  return { statusCode: rawPath.endsWith('/missing') ? 404 : 200, body: 'hello' };
}

/** Answers in the handler's place, and makes answers of errors. */
const others = {
  before: ({ event }: { event: Event }) =>
    event.rawPath?.endsWith('/early') ? { statusCode: 304, body: '' } : undefined,
  onError: (request: { event: Event; response: unknown }) => {
    if (request.event.rawPath === '/handled/error') request.response = { statusCode: 409 };
    if (request.event.rawPath === '/worse/error') throw new Error('worse');
  },
};

export const handler = middy<Event, unknown>().use(monitor()).use(others).handler(answer);
