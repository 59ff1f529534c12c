import net from 'node:net';
import { originOf, type TargetOrigin } from './target-origin.ts';

/** The code of what was refused, in figures and counters. */
export const outsideTarget = 'outside-target';

class OutsideTargetError extends Error {
  override name = 'OutsideTargetError';
  readonly code = outsideTarget;

  constructor(where: string) {
    super(`${where} is not the target of this test`);
  }
}

class StoppedError extends Error {
  override name = 'StoppedError';
  readonly code = 'aborted';

  constructor() {
    super('the test was stopped');
  }
}

type ConnectOptions = { host?: string; port?: number | string; path?: string | null };

/**
 * Keeps every TCP connection of this thread on the checked addresses of the target. It replaces what all of Node's
 * clients connect with, so that no redirect, captured URL, or resolved name leads elsewhere. Not undone: the thread is for
 * one test.
 */
export class NetworkGuard {
  readonly #sockets = new Set<net.Socket>();
  #target: TargetOrigin | undefined;
  #addresses: readonly string[] = [];
  #next = 0;
  #isShut = false;

  /** Before that nothing is connected to. */
  allow(target: TargetOrigin, addresses: readonly string[]): void {
    this.#target = target;
    this.#addresses = addresses;
  }

  /** Without any nothing is connected to. */
  set addresses(addresses: readonly string[]) {
    this.#addresses = addresses;
  }

  /** After it was shut nothing is sent any more, and what was open is gone. */
  get isShut(): boolean {
    return this.#isShut;
  }

  /** @throws when the test was stopped, or the request is for another origin, by its URL or by its Host header */
  requireInside(url: URL, hostHeader: unknown): void {
    if (this.#isShut) throw new StoppedError();
    if (this.#target === undefined || url.origin !== originOf(this.#target)) throw new OutsideTargetError(url.origin);
    if (typeof hostHeader === 'string' && hostHeader.toLowerCase() !== url.host)
      throw new OutsideTargetError(hostHeader);
  }

  install(): void {
    const guard = this;
    const connect = net.Socket.prototype.connect;
    // Its arguments come as a caller of `net.connect` gave them, or as Node has put them in order: in an array.
    net.Socket.prototype.connect = function (this: net.Socket, ...given: unknown[]): net.Socket {
      const isInOrder = Array.isArray(given[0]);
      const ordered: unknown[] = isInOrder ? (given[0] as unknown[]) : given;
      const [options] = ordered;
      const refusal = guard.#refusalOf(options);
      if (refusal !== undefined) {
        process.nextTick(() => this.destroy(refusal));
        return this;
      }
      ordered[0] = { ...(options as ConnectOptions), host: guard.#nextAddress() };
      guard.#sockets.add(this);
      this.once('close', () => guard.#sockets.delete(this));
      return Reflect.apply(connect, this, isInOrder ? [ordered] : ordered);
    } as typeof connect;
  }

  shut(): void {
    this.#isShut = true;
    for (const socket of this.#sockets) socket.destroy(new StoppedError());
  }

  #refusalOf(options: unknown): Error | undefined {
    if (this.#isShut) return new StoppedError();
    if (typeof options !== 'object' || options === null) return new OutsideTargetError(String(options));
    const { host = 'localhost', port, path }: ConnectOptions = options;
    const name = host.toLowerCase();
    const isInside =
      this.#target !== undefined &&
      this.#addresses.length > 0 &&
      !path &&
      Number(port) === this.#target.port &&
      (name === bare(this.#target.hostname) || this.#addresses.includes(name));
    return isInside ? undefined : new OutsideTargetError(path || `${host}:${port}`);
  }

  /** In turn, so that each of a target's addresses gets its part. */
  #nextAddress(): string {
    return this.#addresses[this.#next++ % this.#addresses.length] ?? '';
  }
}

/** An IPv6 address has brackets in a URL and none where it is connected to. */
const bare = (hostname: string): string => hostname.toLowerCase().replace(/^\[(.*)\]$/, '$1');
