import net from 'node:net';
import { listening } from '../listening.ts';
import { type Document, type Request, replyTo, takeRequests } from './wire.ts';

const hello = {
  helloOk: true,
  isWritablePrimary: true,
  ismaster: true,
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  minWireVersion: 0,
  maxWireVersion: 21,
  logicalSessionTimeoutMinutes: 30,
  readOnly: false,
};
const defaultBatchSize = 101;

const matches = (document: Document, filter: Document = {}): boolean =>
  Object.entries(filter).every(([field, wanted]) => JSON.stringify(document[field]) === JSON.stringify(wanted));

/**
 * A double of a MongoDB server, because no real one can be had where the tests run: it speaks the wire protocol to the real
 * driver and keeps documents in memory. Filters know equality only.
 */
export class MongodbDouble {
  readonly url: string;
  readonly #close: () => Promise<void>;
  readonly #collections = new Map<string, Document[]>();
  readonly #cursors = new Map<bigint, { ns: string; rest: Document[] }>();
  #nextCursor = 1n;
  /** By what they wait for. */
  readonly #waits = new Map<string, { came: () => void; over: Promise<void> }>();
  #failing: ReadonlySet<string> = new Set();

  private constructor(port: number, close: () => Promise<void>) {
    this.url = `mongodb://127.0.0.1:${port}/shop`;
    this.#close = close;
  }

  static async start(): Promise<MongodbDouble> {
    const server = net.createServer();
    const { port, close } = await listening(server);
    const double = new MongodbDouble(port, close);
    server.on('connection', (socket) => double.#serve(socket));
    return double;
  }

  /** The command `{ wait: NAME }` is answered when `end` is called; `came` resolves when it has come. */
  expectWait(name: string): { came: Promise<void>; end: () => void } {
    const came = Promise.withResolvers<void>();
    const over = Promise.withResolvers<void>();
    this.#waits.set(name, { came: came.resolve, over: over.promise });
    return { came: came.promise, end: over.resolve };
  }

  /** Answers these commands with an error, and no others. */
  fail(...commands: string[]): void {
    this.#failing = new Set(commands);
  }

  close(): Promise<void> {
    return this.#close();
  }

  #serve(socket: net.Socket): void {
    let received: Buffer = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      const [requests, rest] = takeRequests(Buffer.concat([received, chunk]));
      received = rest;
      for (const request of requests) void this.#answer(request, socket);
    });
  }

  async #answer(request: Request, socket: net.Socket): Promise<void> {
    const [name = ''] = Object.keys(request.command);
    const wait = name === 'wait' ? this.#waits.get(String(request.command.wait)) : undefined;
    wait?.came();
    await wait?.over;
    const answer = this.#failing.has(name)
      ? { ok: 0, code: 11_600, codeName: 'Failed', errmsg: 'told to fail' }
      : this.#run(name, request.command);
    if (!socket.destroyed) socket.write(replyTo(request, answer));
  }

  #run(name: string, command: Document): Document {
    const of = String(command[name]);
    const documents = this.#collections.get(of) ?? [];
    this.#collections.set(of, documents);
    switch (name) {
      case 'hello':
      case 'ismaster':
      case 'isMaster':
        return { ...hello, connectionId: 1, localTime: new Date(), ok: 1 };
      case 'ping':
      case 'endSessions':
        return { ok: 1 };
      case 'insert': {
        const inserted = command.documents as Document[];
        documents.push(...inserted);
        return { n: inserted.length, ok: 1 };
      }
      case 'update': {
        const [{ q, u }] = command.updates as [{ q: Document; u: { $set: Document } }];
        const changed = documents.filter((each) => matches(each, q));
        for (const each of changed) Object.assign(each, u.$set);
        return { n: changed.length, nModified: changed.length, ok: 1 };
      }
      case 'delete': {
        const [{ q }] = command.deletes as [{ q: Document }];
        const kept = documents.filter((each) => !matches(each, q));
        this.#collections.set(of, kept);
        return { n: documents.length - kept.length, ok: 1 };
      }
      case 'find': {
        const found = documents.filter((each) => matches(each, command.filter as Document));
        return this.#cursorOver(`shop.${of}`, found, Number(command.batchSize ?? defaultBatchSize), 'firstBatch');
      }
      case 'getMore': {
        const cursor = this.#cursors.get(BigInt(String(command.getMore)));
        if (cursor === undefined) return { ok: 0, code: 43, codeName: 'CursorNotFound', errmsg: 'no such cursor' };
        return this.#cursorOver(cursor.ns, cursor.rest, Number(command.batchSize ?? defaultBatchSize), 'nextBatch');
      }
      case 'wait':
        return { ok: 1 };
      default:
        return { ok: 0, code: 59, codeName: 'CommandNotFound', errmsg: `no such command: '${name}'` };
    }
  }

  #cursorOver(ns: string, documents: Document[], batchSize: number, batch: 'firstBatch' | 'nextBatch'): Document {
    const rest = documents.slice(batchSize);
    const id = rest.length === 0 ? 0n : this.#nextCursor++;
    if (id !== 0n) this.#cursors.set(id, { ns, rest });
    return { cursor: { id, ns, [batch]: documents.slice(0, batchSize) }, ok: 1 };
  }
}
