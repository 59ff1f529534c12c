import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { ActiveRequest, enterRequest } from './current-request.ts';
import type { OwnErrors } from './own-errors.ts';
import type { RequestLoad } from './request-load.ts';

export interface EndedRequest {
  readonly active: ActiveRequest;
  /** 0: cut off before the answer was finished. */
  readonly status: number;
  readonly durationMs: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** Of `responseBytes`. Absent: it did not come over a connection that is watched. */
  readonly responseHeadBytes?: number;
  readonly isFirstOfConnection?: boolean;
  /** Its share of what this thread used. */
  readonly cpuMs?: number;
  /** Of the other end of the connection. */
  readonly address?: string | undefined;
  /** It lasted for as long as the client listened: that says nothing of the service. */
  readonly isStream?: boolean;
}

const connectionKey = Symbol('headroom.connection');
type WatchedSocket = Socket & { [connectionKey]?: Connection };
interface Message {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly socket: WatchedSocket;
}

/** What is known of a connection: one object for all the requests that it carries. */
class Connection {
  /** More than one only when the client pipelines. */
  readonly active: ActiveRequest[] = [];
  /** Asked for while it is known: a connection that was cut off has none. */
  readonly address: string | undefined;
  bytesRead = 0;
  bytesWritten = 0;
  isUsed = false;

  constructor(socket: Socket) {
    this.address = socket.remoteAddress;
  }

  take(request: IncomingMessage): ActiveRequest | undefined {
    const { active } = this;
    if (active.length === 1 && active[0]?.request === request) return active.pop();
    const at = active.findIndex((each) => each.request === request);
    return at < 0 ? undefined : active.splice(at, 1)[0];
  }
}

/**
 * Reports every request that any `node:http` or `node:https` server of this process answers, exactly once: when its answer is
 * finished, or when the connection closes before. Neither handlers nor servers are touched. All of this runs within the host's
 * requests, some hundred thousand times a second: it makes no closures, and asks for nothing that is not needed of each.
 */
export function watchIncomingRequests(
  report: (ended: EndedRequest) => void,
  load: RequestLoad,
  errors: OwnErrors,
): void {
  const finish = (
    active: ActiveRequest,
    status: number,
    connection: Connection,
    socket: Socket,
    isStream: boolean,
  ): void => {
    const nowMs = performance.now();
    // Since the last request that ended: of pipelined requests the sum is right, and not always the shares.
    // What is given to a server as a connection need not be a socket of the net.
    const { bytesRead = 0, bytesWritten = 0 } = socket;
    const requestBytes = bytesRead - connection.bytesRead;
    const responseBytes = bytesWritten - connection.bytesWritten;
    connection.bytesRead = bytesRead;
    connection.bytesWritten = bytesWritten;
    const responseHeadBytes = headOf(active.response).length;
    const isFirstOfConnection = !connection.isUsed;
    connection.isUsed = true;
    const durationMs = nowMs - active.startedAtMs;
    const cpuMs = load.end(nowMs, active.begun);
    const { address } = connection;
    active.settleRoute();
    report({
      active,
      status,
      durationMs,
      requestBytes,
      responseBytes,
      responseHeadBytes,
      isFirstOfConnection,
      cpuMs,
      address,
      isStream,
    });
    active.end();
  };
  const watch = (socket: WatchedSocket): Connection => {
    const connection = new Connection(socket);
    socket[connectionKey] = connection;
    socket.once('close', () => {
      try {
        for (const active of connection.active.splice(0)) {
          const { response } = active;
          const isStream = response !== undefined && isEventStream(response);
          finish(active, isStream ? response.statusCode : 0, connection, socket, isStream);
        }
      } catch (error) {
        errors.failed('Recording a request that was cut off', error);
      }
    });
    return connection;
  };
  // A subscriber that throws brings the process down: nothing may.
  subscribe('http.server.request.start', (message) => {
    try {
      const { request, response, socket } = message as Message;
      const active = new ActiveRequest(request);
      active.response = response;
      active.begun = load.begin(active.startedAtMs);
      (socket[connectionKey] ?? watch(socket)).active.push(active);
      enterRequest(active);
    } catch (error) {
      errors.failed('Watching a request', error);
    }
  });
  subscribe('http.server.response.finish', (message) => {
    try {
      const { request, response, socket } = message as Message;
      const connection = socket[connectionKey];
      const active = connection?.take(request);
      if (connection === undefined || active === undefined) return;
      finish(active, response.statusCode, connection, socket, false);
    } catch (error) {
      errors.failed('Recording a request', error);
    }
  });
}

/** As it was sent, in Latin-1: what `writeHead` was given stands nowhere else. */
function headOf(response: ServerResponse | undefined): string {
  const head: unknown = response === undefined ? undefined : Reflect.get(response, '_header');
  return typeof head === 'string' ? head : '';
}

/** Server-sent events end when the client has heard enough. */
const isEventStream = (response: ServerResponse): boolean =>
  response.headersSent && /^content-type: *text\/event-stream/im.test(headOf(response));
