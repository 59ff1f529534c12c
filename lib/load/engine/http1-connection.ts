import net from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Connection, ConnectionEvents, FailureKind, OpenOptions, SendOptions } from './connection.ts';
import type { EngineTarget } from './plan.ts';
import type { ReceivedResponse } from './received-response.ts';
import { ResponseParseError, ResponseParser } from './response-parser.ts';
import { connectTls } from './tls-sessions.ts';

/** Sockets are read one at a time and parsers keep nothing of it, so that one buffer serves all. */
const SHARED_BUFFER = Buffer.allocUnsafeSlow(64 * 1024);

/** Before its announced end an idle connection is no longer used, or a request would cross the server's close. */
const KEEP_ALIVE_MARGIN_MS = 1000;

const codeOf = (error: Error): string => ('code' in error && typeof error.code === 'string' ? error.code : error.name);

/** A connection that speaks HTTP/1.1 on a socket of its own. */
export class Http1Connection implements Connection {
  readonly slot: number;
  scenario = 0;
  intendedAt = 0;
  sentAt = 0;
  bytesSent = 0;
  bytesReceived = 0;
  firstByteAt = 0;
  connectMs: number | undefined;
  tlsMs: number | undefined;
  isTlsResumed = false;

  readonly #events: ConnectionEvents;
  readonly #parser = new ResponseParser();
  readonly response: ReceivedResponse = this.#parser.response;
  readonly #socket: net.Socket;
  #state: 'connecting' | 'idle' | 'busy' | 'closed' = 'connecting';
  #deadline: number;
  #usableUntil = Number.POSITIVE_INFINITY;
  #hasWriteFailed = false;

  constructor(target: EngineTarget, { address, slot, deadline }: OpenOptions, events: ConnectionEvents) {
    this.slot = slot;
    this.#events = events;
    this.#deadline = deadline;
    const onread = {
      buffer: SHARED_BUFFER,
      callback: (length: number) => {
        this.#received(length);
        return true;
      },
    };
    const openedAt = performance.now();
    const options = { host: address ?? target.hostname, port: target.port, noDelay: true, onread };
    const secure = target.protocol === 'https:' ? connectTls(target, options, ['http/1.1']) : undefined;
    this.#socket = secure ?? net.connect(options);
    this.#socket.once('connect', () => {
      this.connectMs = performance.now() - openedAt;
      if (secure === undefined) this.#connected();
    });
    secure?.once('secureConnect', () => this.#secured(secure, openedAt));
    this.#socket.on('error', (error) => {
      this.#hasWriteFailed = 'syscall' in error && error.syscall === 'write';
      this.#broken(codeOf(error), error.message);
    });
    this.#socket.on('end', () => this.#ended());
    this.#socket.on('close', () => this.#broken('closed', 'the server closed the connection'));
  }

  get isIdle(): boolean {
    return this.#state === 'idle';
  }

  get isConnecting(): boolean {
    return this.#state === 'connecting';
  }

  isUsable(now: number): boolean {
    return this.#state === 'idle' && now < this.#usableUntil;
  }

  send(request: string, { isHead, keep }: SendOptions, deadline: number): void {
    this.#state = 'busy';
    this.#deadline = deadline;
    this.bytesSent = request.length;
    this.bytesReceived = 0;
    this.#parser.expect(isHead, keep);
    this.#socket.write(request, 'latin1');
  }

  close(): void {
    this.#state = 'closed';
    this.#socket.destroy();
  }

  expire(now: number): void {
    if (now < this.#deadline) return;
    if (this.#state === 'connecting') this.#fail(now, 'connect_timeout', 'the connection was not established in time');
    else if (this.#state === 'busy') this.#fail(now, 'timeout', 'the response was not complete in time');
  }

  abort(now: number): void {
    if (this.#state === 'busy') this.#fail(now, 'aborted', 'the test was stopped');
    else this.close();
  }

  #connected(): void {
    if (this.#state !== 'connecting') return;
    this.#state = 'idle';
    this.#events.connected(this, performance.now());
  }

  #secured(socket: TLSSocket, openedAt: number): void {
    this.tlsMs = performance.now() - openedAt - (this.connectMs ?? 0);
    this.isTlsResumed = socket.isSessionReused();
    this.#connected();
  }

  #received(length: number): void {
    if (this.#state === 'closed') return;
    if (this.#state !== 'busy') {
      // A response that nobody asked for, such as a 408: the server is about to close.
      this.#fail(performance.now(), 'protocol', 'the server sent what was not asked for');
      return;
    }
    const isFirst = this.bytesReceived === 0;
    this.bytesReceived += length;
    try {
      const isComplete = this.#parser.execute(SHARED_BUFFER, length);
      const now = isFirst || isComplete ? performance.now() : 0;
      if (isFirst) this.firstByteAt = now;
      if (isComplete) this.#completed(now);
    } catch (error) {
      if (!(error instanceof ResponseParseError)) throw error;
      this.#fail(performance.now(), 'protocol', error.message);
    }
  }

  #completed(now: number): void {
    const keepMs = (this.#parser.keepAliveTimeoutSeconds ?? Number.POSITIVE_INFINITY) * 1000;
    this.#usableUntil = now + keepMs - Math.min(KEEP_ALIVE_MARGIN_MS, keepMs / 2);
    this.#state = 'idle';
    if (!this.#parser.keepAlive) this.close();
    this.#events.responded(this, now);
  }

  #ended(): void {
    if (this.#state === 'busy' && this.#parser.finish()) this.#completed(performance.now());
    else this.#broken('closed', 'the server closed the connection');
  }

  #broken(code: string, message: string): void {
    if (this.#state !== 'closed') this.#fail(performance.now(), code, message);
  }

  #fail(now: number, code: string, message: string): void {
    const state = this.#state;
    const isWritten = this.#socket.writableLength === 0 && !this.#hasWriteFailed;
    this.close();
    if (state === 'connecting') this.#events.connectFailed(this, now, code, message);
    else if (state === 'idle') this.#events.idleClosed(this, now);
    else if (!isWritten) this.#events.sendFailed(this, now, code, message);
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
