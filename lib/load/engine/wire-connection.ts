import type { Connection, ConnectionEvents, FailureKind, OpenOptions, SendOptions } from './connection.ts';
import type { ReceivedResponse } from './received-response.ts';

/** The code that the system, or a library, gives an error; its name where it has none. */
export const codeOf = (error: Error): string =>
  'code' in error && typeof error.code === 'string' ? error.code : error.name;

/** What connections of every protocol have in common: their states, deadlines and timings, and whom they tell. */
export abstract class WireConnection implements Connection {
  readonly slot: number;
  abstract readonly response: ReceivedResponse;
  scenario = 0;
  intendedAt = 0;
  sentAt = 0;
  bytesSent = 0;
  bytesReceived = 0;
  firstByteAt = 0;
  connectMs: number | undefined;
  tlsMs: number | undefined;
  isTlsResumed = false;

  protected state: 'connecting' | 'idle' | 'busy' | 'closed' = 'connecting';
  protected readonly events: ConnectionEvents;
  readonly #openedAt = performance.now();
  #deadline: number;

  constructor({ slot, deadline }: OpenOptions, events: ConnectionEvents) {
    this.slot = slot;
    this.#deadline = deadline;
    this.events = events;
  }

  /** Whether the request has been handed over completely. Asked before the end of a connection with a request on it. */
  protected abstract readonly isWritten: boolean;
  protected abstract destroy(): void;
  abstract send(request: string, options: SendOptions, deadline: number): void;

  get isIdle(): boolean {
    return this.state === 'idle';
  }

  get isConnecting(): boolean {
    return this.state === 'connecting';
  }

  isUsable(_now: number): boolean {
    return this.state === 'idle';
  }

  close(): void {
    this.state = 'closed';
    this.destroy();
  }

  expire(now: number): void {
    if (now < this.#deadline) return;
    if (this.state === 'connecting') this.fail(now, 'connect_timeout', 'the connection was not established in time');
    else if (this.state === 'busy') this.fail(now, 'timeout', 'the response was not complete in time');
  }

  abort(now: number): void {
    if (this.state === 'busy') this.fail(now, 'aborted', 'the test was stopped');
    else this.close();
  }

  protected begin(deadline: number): void {
    this.state = 'busy';
    this.#deadline = deadline;
    this.bytesReceived = 0;
  }

  /** TCP is. */
  protected connected(): void {
    this.connectMs = performance.now() - this.#openedAt;
  }

  /** TLS is. */
  protected secured(isResumed: boolean): void {
    this.tlsMs = performance.now() - this.#openedAt - (this.connectMs ?? 0);
    this.isTlsResumed = isResumed;
  }

  /** All is, and a request may come. */
  protected established(): void {
    if (this.state !== 'connecting') return;
    this.state = 'idle';
    this.events.connected(this, performance.now());
  }

  /** The response is complete. */
  protected answered(now: number, canFollow: boolean): void {
    this.state = 'idle';
    if (!canFollow) this.close();
    this.events.responded(this, now);
  }

  protected broken(code: string, message: string): void {
    if (this.state !== 'closed') this.fail(performance.now(), code, message);
  }

  protected fail(now: number, code: string, message: string): void {
    const { state } = this;
    const isWritten = state === 'busy' && this.isWritten;
    this.close();
    if (state === 'connecting') this.events.connectFailed(this, now, code, message);
    else if (state === 'idle') this.events.idleClosed(this, now);
    else if (!isWritten) this.events.sendFailed(this, now, code, message);
    else this.events.requestFailed(this, now, failureKind(code), message);
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
