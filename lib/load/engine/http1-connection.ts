import net from 'node:net';
import type { ConnectionEvents, OpenOptions, SendOptions } from './connection.ts';
import type { EngineTarget } from './plan.ts';
import type { ReceivedResponse } from './received-response.ts';
import { ResponseParseError, ResponseParser } from './response-parser.ts';
import { connectTls } from './tls-sessions.ts';
import { codeOf, WireConnection } from './wire-connection.ts';

/** Sockets are read one at a time and parsers keep nothing of it, so that one buffer serves all. */
const SHARED_BUFFER = Buffer.allocUnsafeSlow(64 * 1024);

/** Before its announced end an idle connection is no longer used, or a request would cross the server's close. */
const KEEP_ALIVE_MARGIN_MS = 1000;

/** What is shorter fits into what the system keeps for a socket. */
const LONG_REQUEST_BYTES = 16 * 1024;

/** A connection that speaks HTTP/1.1 on a socket of its own. */
export class Http1Connection extends WireConnection {
  readonly #parser = new ResponseParser();
  readonly response: ReceivedResponse = this.#parser.response;
  readonly #socket: net.Socket;
  #usableUntil = Number.POSITIVE_INFINITY;
  #hasWriteFailed = false;

  constructor(target: EngineTarget, options: OpenOptions, events: ConnectionEvents) {
    super(options, events);
    const onread = {
      buffer: SHARED_BUFFER,
      callback: (length: number) => {
        this.#received(length);
        return true;
      },
    };
    const where = { host: options.address ?? target.hostname, port: target.port, noDelay: true, onread };
    const secure = target.protocol === 'https:' ? connectTls(target, where, ['http/1.1']) : undefined;
    this.#socket = secure ?? net.connect(where);
    this.#socket.once('connect', () => {
      this.connected();
      if (secure === undefined) this.established();
    });
    secure?.once('secureConnect', () => {
      this.secured(secure.isSessionReused());
      this.established();
    });
    this.#socket.on('error', (error) => {
      this.#hasWriteFailed = 'syscall' in error && error.syscall === 'write';
      this.broken(codeOf(error), error.message);
    });
    this.#socket.on('end', () => this.#ended());
    this.#socket.on('close', () => this.broken('closed', 'the server closed the connection'));
  }

  override isUsable(now: number): boolean {
    return this.state === 'idle' && now < this.#usableUntil;
  }

  send(request: string, { isHead, keep }: SendOptions, deadline: number): void {
    this.begin(deadline);
    this.bytesSent = request.length;
    this.#usableUntil = Number.POSITIVE_INFINITY;
    this.#parser.expect(isHead, keep);
    this.#socket.write(request, 'latin1');
  }

  protected destroy(): void {
    this.#socket.destroy();
  }

  protected get isWritten(): boolean {
    return this.#socket.writableLength === 0 && !this.#hasWriteFailed;
  }

  #received(length: number): void {
    if (this.state === 'closed') return;
    if (this.state !== 'busy') {
      // A response that nobody asked for, such as a 408: the server is about to close.
      this.fail(performance.now(), 'protocol', 'the server sent what was not asked for');
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
      this.fail(performance.now(), 'protocol', error.message);
    }
  }

  #completed(now: number): void {
    const { keepAlive, keepAliveTimeoutSeconds } = this.#parser;
    if (keepAliveTimeoutSeconds !== undefined) {
      const keepMs = keepAliveTimeoutSeconds * 1000;
      this.#usableUntil = now + keepMs - Math.min(KEEP_ALIVE_MARGIN_MS, keepMs / 2);
    }
    // A server that answers before it has read a long request leaves the rest of it in the way of the next one.
    const isClear = this.bytesSent < LONG_REQUEST_BYTES || this.isWritten;
    this.answered(now, keepAlive && isClear);
  }

  #ended(): void {
    if (this.state === 'busy' && this.#parser.finish()) this.#completed(performance.now());
    else this.broken('closed', 'the server closed the connection');
  }
}
