import type { TLSSocket } from 'node:tls';
import { Client, type Dispatcher } from 'undici';
import type { ConnectionEvents, OpenOptions, SendOptions } from './connection.ts';
import type { EngineTarget } from './plan.ts';
import { ReceivedResponse } from './received-response.ts';
import { parseRequest } from './request-message.ts';
import { hostHeader } from './request-template.ts';
import { connectTls } from './tls-sessions.ts';
import { codeOf, WireConnection } from './wire-connection.ts';

const LONG_MS = 2 ** 31 - 1;

/** The deadlines are the load model's, and so is every connection: undici is to give up nothing by itself, nor to replace it. */
const CLIENT_OPTIONS: Client.Options = {
  headersTimeout: 0,
  bodyTimeout: 0,
  keepAliveTimeout: LONG_MS,
  keepAliveMaxTimeout: LONG_MS,
  pingInterval: 0,
};

/**
 * A connection that speaks HTTP/2 (over TLS, by ALPN), with one stream at a time: who has one connection to himself, as users
 * have, sends one request at a time on it. The socket is ours, and so is checked, pinned and timed as any other.
 */
export class Http2Connection extends WireConnection {
  readonly response = new ReceivedResponse();
  readonly #socket: TLSSocket;
  readonly #client: Client;
  #isTaken = false;
  #isGone = false;
  #isSent = false;
  #bytesBefore = { sent: 0, received: 0 };

  constructor(target: EngineTarget, options: OpenOptions, events: ConnectionEvents) {
    super(options, events);
    const where = { host: options.address ?? target.hostname, port: target.port, noDelay: true };
    this.#socket = connectTls(target, where, ['h2']);
    this.#client = new Client(`https://${hostHeader(target)}`, {
      ...CLIENT_OPTIONS,
      connect: (_, callback) => {
        if (this.#isTaken) callback(new Error('the server closed the connection'), null);
        else callback(null, this.#socket);
        this.#isTaken = true;
      },
    });
    this.#client.on('disconnect', () => {
      this.#isGone = true;
      if (this.state === 'idle') this.broken('closed', 'the server closed the connection');
    });
    this.#socket.once('connect', () => this.connected());
    this.#socket.once('secureConnect', () => {
      this.secured(this.#socket.isSessionReused());
      if (this.#socket.alpnProtocol === 'h2') this.established();
      else this.broken('ERR_NO_HTTP2', 'the server does not speak HTTP/2');
    });
    this.#socket.on('error', (error) => this.#brokenUnlessBusy(codeOf(error), error.message));
    this.#socket.on('close', () => this.#brokenUnlessBusy('closed', 'the server closed the connection'));
  }

  send(request: string, { isHead, keep }: SendOptions, deadline: number): void {
    this.begin(deadline);
    this.#isSent = false;
    this.#bytesBefore = { sent: this.#socket.bytesWritten, received: this.#socket.bytesRead };
    this.firstByteAt = 0;
    this.response.expect(keep);
    const { method, path, headers, body } = parseRequest(request);
    const options = { method: isHead ? 'HEAD' : method, path, headers, body: body ?? null };
    this.#client.dispatch(options, this.#handler());
  }

  protected get isWritten(): boolean {
    return this.#isSent;
  }

  protected destroy(): void {
    this.#client.destroy().catch(() => {});
    this.#socket.destroy();
  }

  #handler(): Dispatcher.DispatchHandler {
    return {
      onRequestStart: () => {},
      onRequestSent: () => {
        this.#isSent = true;
      },
      onResponseStart: (_, status, headers) => {
        this.firstByteAt = performance.now();
        this.response.status = status;
        if (!this.response.keepsHead) return;
        for (const [name, values] of Object.entries(headers)) {
          for (const value of [values ?? []].flat()) this.response.keepField(name, value);
        }
      },
      onResponseData: (_, bytes) => this.response.takeBody(bytes, 0, bytes.length),
      onResponseEnd: () => {
        if (this.state !== 'busy') return;
        this.#countBytes();
        this.answered(performance.now(), !this.#isGone);
      },
      onResponseError: (_, error) => {
        if (this.state !== 'busy') return;
        this.#countBytes();
        this.broken(kindOf(error), error.message);
      },
    };
  }

  #countBytes(): void {
    this.bytesSent = this.#socket.bytesWritten - this.#bytesBefore.sent;
    this.bytesReceived = this.#socket.bytesRead - this.#bytesBefore.received;
  }

  /** What becomes of the request on it, undici tells. */
  #brokenUnlessBusy(code: string, message: string): void {
    if (this.state !== 'busy') this.broken(code, message);
  }
}

/** undici's own errors say that the connection was closed, or that a stream was reset. */
const kindOf = (error: Error): string => (codeOf(error) === 'UND_ERR_SOCKET' ? 'closed' : codeOf(error));
