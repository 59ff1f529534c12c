import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { ActiveRequest, enterRequest } from './current-request.ts';
import type { OwnErrors } from './own-errors.ts';

export interface EndedRequest {
  readonly active: ActiveRequest;
  /** 0: cut off before the answer was finished. */
  readonly status: number;
  readonly durationMs: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
}

const connectionKey = Symbol('headroom.connection');
const activeKey = Symbol('headroom.request');
type WatchedSocket = Socket & { [connectionKey]?: Connection };
type WatchedResponse = ServerResponse & { [activeKey]?: ActiveRequest };
interface Message {
  request: IncomingMessage;
  response: WatchedResponse;
  socket: WatchedSocket;
}

/** What is known of a connection: one object for all the requests that it carries. */
class Connection {
  /** More than one only when the client pipelines. */
  readonly active: ActiveRequest[] = [];
  #bytesRead = 0;
  #bytesWritten = 0;

  end(active: ActiveRequest, status: number, socket: Socket): EndedRequest {
    const at = this.active.indexOf(active);
    if (at >= 0) this.active.splice(at, 1);
    // Since the last request that ended: of pipelined requests the sum is right, and not always the shares.
    const { bytesRead, bytesWritten } = socket;
    const requestBytes = bytesRead - this.#bytesRead;
    const responseBytes = bytesWritten - this.#bytesWritten;
    this.#bytesRead = bytesRead;
    this.#bytesWritten = bytesWritten;
    const durationMs = performance.now() - active.startedAtMs;
    return { active, status, durationMs, requestBytes, responseBytes };
  }
}

/**
 * Reports every request that any `node:http` or `node:https` server of this process answers, exactly once: when its answer is
 * finished, or when the connection closes before. Neither handlers nor servers are touched.
 */
export function watchIncomingRequests(report: (ended: EndedRequest) => void, errors: OwnErrors): void {
  const finish = (active: ActiveRequest, status: number, connection: Connection, socket: Socket): void => {
    report(connection.end(active, status, socket));
    active.end();
  };
  const watch = (socket: WatchedSocket): Connection => {
    const connection = new Connection();
    socket[connectionKey] = connection;
    socket.once('close', () => {
      errors.guard('Recording a request that was cut off', () => {
        for (const active of [...connection.active]) finish(active, 0, connection, socket);
      });
    });
    return connection;
  };
  // A subscriber that throws brings the process down: everything is guarded.
  subscribe('http.server.request.start', (message) => {
    errors.guard('Watching a request', () => {
      const { request, response, socket } = message as Message;
      const active = new ActiveRequest(request);
      (socket[connectionKey] ?? watch(socket)).active.push(active);
      response[activeKey] = active;
      enterRequest(active);
    });
  });
  subscribe('http.server.response.finish', (message) => {
    errors.guard('Recording a request', () => {
      const { response, socket } = message as Message;
      const active = response[activeKey];
      const connection = socket[connectionKey];
      if (active === undefined || active.ended || connection === undefined) return;
      finish(active, response.statusCode, connection, socket);
    });
  });
}
