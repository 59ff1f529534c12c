import type { Connection, ConnectionEvents, SendOptions } from '../../lib/load/engine/connection.ts';

/** What became of a connection last: one of `ConnectionEvents`, and what it said. */
export type WireEvent = { what: keyof ConnectionEvents; now: number; kind?: string; example?: string };

/** Opens connections and waits for what becomes of them, one event at a time. */
export class WireExchange implements ConnectionEvents {
  #waiting: PromiseWithResolvers<WireEvent> = Promise.withResolvers();

  /** The next event of the only connection that is looked at. */
  async next(): Promise<WireEvent> {
    const event = await this.#waiting.promise;
    this.#waiting = Promise.withResolvers();
    return event;
  }

  /** Sends a request that is due within 5 s, and waits for what comes of it. */
  send(connection: Connection, request: string, options: Partial<SendOptions> = {}): Promise<WireEvent> {
    connection.sentAt = performance.now();
    connection.send(request, { isHead: false, keep: 'nothing', ...options }, connection.sentAt + 5_000);
    return this.next();
  }

  connected = (_: Connection, now: number): void => this.#tell({ what: 'connected', now });
  responded = (_: Connection, now: number): void => this.#tell({ what: 'responded', now });
  idleClosed = (_: Connection, now: number): void => this.#tell({ what: 'idleClosed', now });
  requestFailed = (_: Connection, now: number, kind: string, example: string): void =>
    this.#tell({ what: 'requestFailed', now, kind, example });
  sendFailed = (_: Connection, now: number, kind: string, example: string): void =>
    this.#tell({ what: 'sendFailed', now, kind, example });
  connectFailed = (_: Connection, now: number, kind: string, example: string): void =>
    this.#tell({ what: 'connectFailed', now, kind, example });

  #tell(event: WireEvent): void {
    this.#waiting.resolve(event);
  }
}
