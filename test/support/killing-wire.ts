import { createHash } from 'node:crypto';
import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Outgoing } from '../../lib/contracts/messages.ts';
import { listening } from './listening.ts';

export type Message = Pick<Outgoing, 'queue' | 'body'>;

interface Answer {
  status: number;
  body: string;
  /** It left something in the world; what was only read did not. */
  isDeed: boolean;
}

export interface KillingWire {
  url: string;
  /** Since the test set it to 0. */
  deeds: number;
  /** After which deed who asked is killed, in place of being answered; 0: after none. */
  killAt: number;
  /** What was sent to queues, and nobody took yet. */
  sent: Message[];
  /** The headers of what came to `/hook`. */
  received: IncomingHttpHeaders[];
  close(): Promise<void>;
}

/** Who really does what is asked for. */
export interface Behind {
  table: string;
  /** All of AWS but the table and the queues. */
  aws?: string | undefined;
}

/**
 * All that functions reach: the table (a real one, behind it), the queues, a receiver, and AWS. What is asked for is done, so that each
 * state of the world that a process can leave behind is left behind once.
 */
export async function startKillingWire({ table, aws }: Behind, kill: () => void): Promise<KillingWire> {
  const act = async ({ method = '', headers, url = '' }: IncomingMessage, body: string): Promise<Answer> => {
    const target = String(headers['x-amz-target'] ?? '');
    if (target.startsWith('DynamoDB_')) return fromTable(table, headers, body);
    if (target === 'AmazonSQS.SendMessageBatch') {
      const { messages, answer } = batchOf(body);
      wire.sent.push(...messages);
      return { status: 200, body: answer, isDeed: true };
    }
    if (aws !== undefined) return fromAws(`${aws}${url}`, { method, headers, body });
    if (url === '/hook') wire.received.push(headers);
    return { status: 200, body: '{}', isDeed: url === '/hook' };
  };
  const server = http.createServer(async (request, response) => {
    const { status, body, isDeed } = await act(request, String(await buffer(request)));
    if (isDeed) {
      wire.deeds += 1;
      if (wire.deeds === wire.killAt) return kill();
    }
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(body);
  });
  const { port, close } = await listening(server);
  const wire: KillingWire = { url: `http://127.0.0.1:${port}`, deeds: 0, killAt: 0, sent: [], received: [], close };
  return wire;
}

async function fromTable(endpoint: string, given: IncomingHttpHeaders, body: string): Promise<Answer> {
  const kept = ['x-amz-target', 'x-amz-date', 'content-type', 'authorization'];
  const headers = Object.fromEntries(kept.map((name) => [name, String(given[name])]));
  const answer = await fetch(endpoint, { method: 'POST', headers, body });
  const isDeed = answer.ok && !/\.(Get|BatchGet|Query)/.test(String(given['x-amz-target']));
  return { status: answer.status, body: await answer.text(), isDeed };
}

interface Asked {
  method: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** One that stands at its addresses: what is not only read is told by the method. */
async function fromAws(url: string, { method, headers, body }: Asked): Promise<Answer> {
  const type = { 'content-type': headers['content-type'] ?? 'application/json' };
  const answer = await fetch(url, { method, headers: type, ...(body === '' ? {} : { body }) });
  return { status: answer.status, body: await answer.text(), isDeed: answer.ok && method !== 'GET' };
}

function batchOf(request: string): { messages: Message[]; answer: string } {
  const { QueueUrl, Entries } = JSON.parse(request) as {
    QueueUrl: string;
    Entries: { Id: string; MessageBody: string }[];
  };
  const queue = QueueUrl.split('/').at(-1);
  const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
  return {
    messages: Entries.map(({ MessageBody }) => ({ queue, body: JSON.parse(MessageBody) }) as Message),
    answer: JSON.stringify({
      Successful: Entries.map(({ Id, MessageBody }) => ({ Id, MessageId: Id, MD5OfMessageBody: md5(MessageBody) })),
      Failed: [],
    }),
  };
}
