import type { ReceivedResponse, ResponseParts } from './received-response.ts';

/** Why a fully written request got no response. */
export type FailureKind = 'timeout' | 'reset' | 'closed' | 'protocol' | 'aborted';

/** What must be known of a request to read its response. */
export type SendOptions = {
  /** Its response has no body, whatever its headers say. */
  isHead: boolean;
  /** What is kept of the response; the rest is only counted. */
  keep: ResponseParts;
};

export type OpenOptions = {
  /** The checked IP address to connect to; without it the target's name is resolved. */
  address: string | undefined;
  /** The load model's own number for the connection. */
  slot: number;
  /** When the attempt to connect is given up. */
  deadline: number;
};

/**
 * One connection from its opening to its end, with at most one request on it at a time, whatever version of HTTP it
 * speaks. Times are of `performance.now()`, in ms.
 */
export type Connection = {
  readonly slot: number;
  /** The response of the request that is, or was last, on it. */
  readonly response: ReceivedResponse;
  /** Of the request that is, or was last, on it; whoever sends it writes these. */
  scenario: number;
  intendedAt: number;
  sentAt: number;
  /** Heads included, without TLS's own. */
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** When the first byte of the response came. The same as its end when all of it came at once. */
  readonly firstByteAt: number;
  /** From the opening until TCP was connected, the look-up of a name included; undefined before that. */
  readonly connectMs: number | undefined;
  /** From there until TLS was established; undefined before that and without TLS. */
  readonly tlsMs: number | undefined;
  /** Whether TLS went on from an earlier session with the target, which saves the server most of the work. */
  readonly isTlsResumed: boolean;

  readonly isIdle: boolean;
  readonly isConnecting: boolean;
  /** Whether it is idle and not about to be closed by the server. */
  isUsable(now: number): boolean;
  /** Only when idle. The request is a string of bytes in the form of HTTP/1.1, as `RequestTemplate.render` gives it. */
  send(request: string, options: SendOptions, deadline: number): void;
  /** Ends it without any event. */
  close(): void;
  /** Ends what takes longer than its deadline allows. */
  expire(now: number): void;
  /** Ends it because the test is over; a request on it has failed then. */
  abort(now: number): void;
};

/** What became of a connection. Each is told once, never from within a call into the connection except `expire` and `abort`. */
export type ConnectionEvents = {
  connected(connection: Connection, now: number): void;
  /** The response is complete and can be read; `isIdle` says whether another request may follow. */
  responded(connection: Connection, now: number): void;
  /** The request was handed over to the network completely, and its response never came. */
  requestFailed(connection: Connection, now: number, kind: FailureKind, example: string): void;
  /** The connection broke before the request was handed over completely. */
  sendFailed(connection: Connection, now: number, kind: string, example: string): void;
  connectFailed(connection: Connection, now: number, kind: string, example: string): void;
  /** The server closed it between two requests, as it may. */
  idleClosed(connection: Connection, now: number): void;
};
