import net from 'node:net';
import tls from 'node:tls';
import type { EngineTarget } from './plan.ts';
import { ResponseParseError, ResponseParser } from './response-parser.ts';

/** Why a fully written request got no response. */
export type FailureKind = 'timeout' | 'reset' | 'closed' | 'protocol' | 'aborted';

/** What became of a connection. Each is told once, never from within a call into the connection except `expire` and `abort`. */
export type ConnectionEvents = {
  connected(connection: Connection, now: number): void;
  /** The response is complete and can be read from the parser; `isIdle` says whether another request may follow. */
  responded(connection: Connection, now: number): void;
  /** The request was handed over to the network completely, and its response never came. */
  requestFailed(connection: Connection, now: number, kind: FailureKind, example: string): void;
  /** The connection broke before the request was handed over completely. */
  sendFailed(connection: Connection, now: number, kind: string, example: string): void;
  connectFailed(connection: Connection, now: number, kind: string, example: string): void;
  /** The server closed it between two requests, as it may. */
  idleClosed(connection: Connection, now: number): void;
};

/** Sockets are read one at a time and parsers keep nothing of it, so that one buffer serves all. */
const SHARED_BUFFER = Buffer.allocUnsafeSlow(64 * 1024);

/** Before its announced end an idle connection is no longer used, or a request would cross the server's close. */
const KEEP_ALIVE_MARGIN_MS = 1000;

function openSocket(target: EngineTarget, onread: net.OnReadOpts): net.Socket {
  const host = target.address ?? target.hostname;
  const base = { host, port: target.port, noDelay: true, onread };
  if (target.protocol === 'http:') return net.connect(base);
  return tls.connect({
    ...base,
    // An IP address is no server name (RFC 6066); the certificate is then checked against the address itself.
    ...(net.isIP(target.hostname) === 0 ? { servername: target.hostname } : {}),
    rejectUnauthorized: target.rejectUnauthorized ?? true,
    ALPNProtocols: ['http/1.1'],
  });
}

const codeOf = (error: Error): string => ('code' in error && typeof error.code === 'string' ? error.code : error.name);

/** One connection from its opening to its end, with at most one request on it at a time. Times are of `performance.now()`. */
export class Connection {
  /** The load model's own number for it. */
  readonly slot: number;
  readonly parser = new ResponseParser();
  /** Of the request that is, or was last, on it. */
  scenario = 0;
  intendedAt = 0;
  sentAt = 0;
  bytesSent = 0;
  bytesReceived = 0;

  readonly #events: ConnectionEvents;
  readonly #socket: net.Socket;
  #state: 'connecting' | 'idle' | 'busy' | 'closed' = 'connecting';
  #deadline: number;
  #usableUntil = Number.POSITIVE_INFINITY;
  #pendingWrites = 0;
  /** A write that fails stays pending for good: its request counts as not written. */
  readonly #onWritten = (error?: Error | null): void => {
    if (!error) this.#pendingWrites--;
  };

  constructor(target: EngineTarget, slot: number, connectDeadline: number, events: ConnectionEvents) {
    this.slot = slot;
    this.#events = events;
    this.#deadline = connectDeadline;
    this.#socket = openSocket(target, {
      buffer: SHARED_BUFFER,
      callback: (length) => {
        this.#received(length);
        return true;
      },
    });
    this.#socket.once(target.protocol === 'https:' ? 'secureConnect' : 'connect', () => this.#connected());
    this.#socket.on('error', (error) => this.#broken(codeOf(error), error.message));
    this.#socket.on('end', () => this.#ended());
    this.#socket.on('close', () => this.#broken('closed', 'the server closed the connection'));
  }

  get isIdle(): boolean {
    return this.#state === 'idle';
  }

  get isConnecting(): boolean {
    return this.#state === 'connecting';
  }

  /** Whether it is idle and not about to be closed by the server. */
  isUsable(now: number): boolean {
    return this.#state === 'idle' && now < this.#usableUntil;
  }

  /** Only when idle. The request is a string of bytes, as `RequestTemplate.render` gives it. */
  send(request: string, isHead: boolean, deadline: number): void {
    this.#state = 'busy';
    this.#deadline = deadline;
    this.bytesSent = request.length;
    this.bytesReceived = 0;
    this.parser.expect(isHead);
    this.#pendingWrites++;
    this.#socket.write(request, 'latin1', this.#onWritten);
  }

  /** Ends it without any event. */
  close(): void {
    this.#state = 'closed';
    this.#socket.destroy();
  }

  /** Ends what takes longer than its deadline allows. */
  expire(now: number): void {
    if (now < this.#deadline) return;
    if (this.#state === 'connecting') this.#fail(now, 'connect_timeout', 'the connection was not established in time');
    else if (this.#state === 'busy') this.#fail(now, 'timeout', 'the response was not complete in time');
  }

  /** Ends it because the test is over; a request on it has failed then. */
  abort(now: number): void {
    if (this.#state === 'busy') this.#fail(now, 'aborted', 'the test was stopped');
    else this.close();
  }

  #connected(): void {
    if (this.#state !== 'connecting') return;
    this.#state = 'idle';
    this.#events.connected(this, performance.now());
  }

  #received(length: number): void {
    if (this.#state === 'closed') return;
    if (this.#state !== 'busy') {
      // A response that nobody asked for, such as a 408: the server is about to close.
      this.#fail(performance.now(), 'protocol', 'the server sent what was not asked for');
      return;
    }
    this.bytesReceived += length;
    try {
      if (this.parser.execute(SHARED_BUFFER, length)) this.#completed();
    } catch (error) {
      if (!(error instanceof ResponseParseError)) throw error;
      this.#fail(performance.now(), 'protocol', error.message);
    }
  }

  #completed(): void {
    const now = performance.now();
    const keepMs = (this.parser.keepAliveTimeoutSeconds ?? Number.POSITIVE_INFINITY) * 1000;
    this.#usableUntil = now + keepMs - Math.min(KEEP_ALIVE_MARGIN_MS, keepMs / 2);
    this.#state = 'idle';
    if (!this.parser.keepAlive) this.close();
    this.#events.responded(this, now);
  }

  #ended(): void {
    if (this.#state === 'busy' && this.parser.finish()) this.#completed();
    else this.#broken('closed', 'the server closed the connection');
  }

  #broken(code: string, message: string): void {
    if (this.#state !== 'closed') this.#fail(performance.now(), code, message);
  }

  #fail(now: number, code: string, message: string): void {
    const state = this.#state;
    this.close();
    if (state === 'connecting') this.#events.connectFailed(this, now, code, message);
    else if (state === 'idle') this.#events.idleClosed(this, now);
    else if (this.#pendingWrites > 0) this.#events.sendFailed(this, now, code, message);
    else this.#events.requestFailed(this, now, failureKind(code), message);
  }
}

/** The kinds of our own stand for themselves; what the system reports of an established connection is a reset of some sort. */
function failureKind(code: string): FailureKind {
  switch (code) {
    case 'timeout':
    case 'closed':
    case 'protocol':
    case 'aborted':
      return code;
    default:
      return code.startsWith('ERR_SSL') ? 'protocol' : 'reset';
  }
}
