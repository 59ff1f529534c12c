import type { EventEmitter } from 'node:events';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { ClientPromise, Handler } from '../../../node_modules/artillery/dist/lib/core/engine_http.js';
import type { Fault } from '../engine/fault.ts';
import {
  type CaptureResult,
  captureFaults,
  type Expectation,
  expectationFaults,
  failureOf,
  judgesStatus,
} from './failure-kinds.ts';
import { outsideTarget } from './network-guard.ts';

/** One request on the wire and what became of it: a redirect that is followed makes another. Times of `performance.now()`, in ms. */
export type Exchange = {
  scenario: number;
  /** When the engine took it up: it may have had to connect first. */
  intendedAt: number;
  /** When it was handed over to the network completely. */
  sentAt: number;
  firstByteAt: number;
  endedAt: number;
  bytesSent: number;
  bytesReceived: number;
  status: number;
  /** Checks and captures that failed. */
  faults: Fault[];
  /** The script itself says what status is right, in place of the rule that it is below 400. */
  isStatusJudged: boolean;
};

export type ExchangeListener = {
  responded(exchange: Exchange): void;
  /** It was handed over completely, and its response never came, or not whole. */
  failed(exchange: Exchange, kind: string, example: string): void;
  /** It was never handed over completely. */
  unsent(at: number, kind: string, example: string): void;
  connected(at: number, connectMs: number, tlsMs: number | undefined): void;
};

/** What Artillery's engine tells of a step's request, redirects included. */
type Step = { uuid: string; followRedirect?: boolean; capture?: unknown; match?: unknown };

type Hop = Exchange & { step?: Step; socket?: Socket; isSettled: boolean };

/**
 * Measures the requests of one scenario where Artillery's HTTP client (`got`) makes them: to the microsecond, each hop of a
 * redirect by itself. Artillery's own figures are of whole milliseconds, to the first byte, and ten seconds together.
 */
export class HttpMeter {
  readonly #scenario: number;
  readonly #listener: ExchangeListener;
  readonly #hasExpectations: boolean;
  /** Responses whose checks are still to come, by step. */
  readonly #awaiting = new Map<string, Hop>();
  /** Set while the client tells of a request that begins: the engine tells of the same one right after. */
  #beginning: Hop | undefined;

  constructor(scenario: number, hasExpectations: boolean, listener: ExchangeListener) {
    this.#scenario = scenario;
    this.#hasExpectations = hasExpectations;
    this.#listener = listener;
  }

  /** For the engine's client. */
  readonly handler: Handler = (options, next) => {
    const promise: ClientPromise = next(options);
    let last: Hop | undefined;
    promise.on('request', (request) => {
      last = this.#begin(request);
    });
    promise.catch((error: unknown) => this.#fail(last, error));
    return promise;
  };

  /** To what the engine tells through the events of the scenario. */
  listenTo(events: EventEmitter): void {
    events.on('trace:http:request', (step: Step) => {
      if (this.#beginning !== undefined) this.#beginning.step = step;
      this.#beginning = undefined;
    });
    events.on('trace:http:capture', (result: CaptureResult, uuid: string) => {
      const hop = this.#awaiting.get(uuid);
      if (hop === undefined) return;
      hop.faults.push(...captureFaults(result));
      if (!this.#hasExpectations) this.#settle(hop);
    });
    events.on('plugin:expect:expectations', ({ results }: { results: Expectation[] }, { uuid }: Step) => {
      const hop = this.#awaiting.get(uuid);
      if (hop === undefined) return;
      hop.faults.push(...expectationFaults(results));
      hop.isStatusJudged = judgesStatus(results);
      this.#settle(hop);
    });
  }

  /** At the end of a test that was stopped nobody judges any more. */
  settleAll(): void {
    for (const hop of [...this.#awaiting.values()]) this.#settle(hop);
  }

  #begin(request: ClientRequest): Hop {
    const now = performance.now();
    const hop: Hop = {
      ...{ scenario: this.#scenario, intendedAt: now, sentAt: Number.NaN, firstByteAt: now, endedAt: Number.NaN },
      ...{ bytesSent: 0, bytesReceived: 0, status: 0, faults: [], isStatusJudged: false, isSettled: false },
    };
    this.#beginning = hop;
    request.once('socket', (socket) => {
      hop.socket = socket;
      this.#watchConnecting(socket);
    });
    request.once('finish', () => {
      hop.sentAt = performance.now();
    });
    request.once('response', (response) => {
      hop.firstByteAt = performance.now();
      hop.status = response.statusCode ?? 0;
      // Artillery waits for another response after every 3xx; where none will come, its user would wait for ever.
      if (hop.step !== undefined && !leadsOn(response)) hop.step.followRedirect = false;
      response.once('end', () => this.#end(hop, response));
    });
    return hop;
  }

  #watchConnecting(socket: Socket): void {
    if (!socket.connecting || counted.has(socket)) return;
    counted.set(socket, { sent: 0, received: 0 });
    const openedAt = performance.now();
    let connectMs = 0;
    socket.once('connect', () => {
      connectMs = performance.now() - openedAt;
      if (!('encrypted' in socket)) this.#listener.connected(performance.now(), connectMs, undefined);
    });
    socket.once('secureConnect', () => {
      const now = performance.now();
      this.#listener.connected(now, connectMs, now - openedAt - connectMs);
    });
  }

  #end(hop: Hop, response: IncomingMessage): void {
    if (hop.isSettled) return;
    hop.endedAt = performance.now();
    const { step } = hop;
    if (step !== undefined && this.#isJudgedLater(step, response)) this.#awaiting.set(step.uuid, hop);
    else this.#settle(hop);
  }

  #isJudgedLater(step: Step, response: IncomingMessage): boolean {
    if (step.followRedirect && leadsOn(response)) return false;
    return this.#hasExpectations || hasItems(step.capture) || hasItems(step.match);
  }

  #settle(hop: Hop): void {
    this.#close(hop);
    // A response may be complete before its request is.
    if (Number.isNaN(hop.sentAt)) hop.sentAt = hop.firstByteAt;
    this.#listener.responded(hop);
  }

  #fail(hop: Hop | undefined, error: unknown): void {
    const { kind, example } = failureOf(error);
    const isRefused = kind === outsideTarget;
    const wasSent = hop !== undefined && !Number.isNaN(hop.sentAt);
    // What is refused was never begun; the redirect that led there ended well.
    if (wasSent && isRefused && !hop.isSettled) this.#settle(hop);
    else if (wasSent && !hop.isSettled) {
      this.#close(hop);
      this.#listener.failed(hop, kind, example);
    }
    if (wasSent && !isRefused) return;
    if (hop !== undefined) hop.isSettled = true;
    this.#listener.unsent(performance.now(), kind, example);
  }

  #close(hop: Hop): void {
    hop.isSettled = true;
    if (Number.isNaN(hop.endedAt)) hop.endedAt = performance.now();
    if (hop.socket !== undefined) takeBytes(hop, hop.socket);
    if (hop.step !== undefined) this.#awaiting.delete(hop.step.uuid);
  }
}

const followed = new Set([300, 301, 302, 303, 304, 307, 308]);

const leadsOn = ({ statusCode = 0, headers }: IncomingMessage): boolean =>
  followed.has(statusCode) && headers.location !== undefined;

const hasItems = (value: unknown): boolean => Array.isArray(value) && value.length > 0;

/** How many bytes of a connection belong to requests that have ended. */
const counted = new WeakMap<Socket, { sent: number; received: number }>();

function takeBytes(hop: Hop, socket: Socket): void {
  const before = counted.get(socket) ?? { sent: 0, received: 0 };
  hop.bytesSent = socket.bytesWritten - before.sent;
  hop.bytesReceived = socket.bytesRead - before.received;
  counted.set(socket, { sent: socket.bytesWritten, received: socket.bytesRead });
}
