import type { ClientRequest, RequestOptions } from 'node:http';
import { createRequire } from 'node:module';

// As an ES module, `node:http` loads fetch and WebSocket as well, whatever is asked of it: 60 ms of processor time at every start.
const require = createRequire(import.meta.url);
const http: typeof import('node:http') = require('node:http');
const https: typeof import('node:https') = require('node:https');

const ownAgents = new WeakSet<object>();

/** Whether it is one of ours, and not the host's. */
export const isOwnRequest = (request: ClientRequest): boolean => ownAgents.has(Reflect.get(request, 'agent'));

// Taken now, before a test library of the host's replaces them.
const requestOver = { 'http:': http.request, 'https:': https.request };

/** Sends requests to one endpoint over one kept connection, that is not the host's and holds no process open. */
export type SendOwn = (options: RequestOptions, answered: Parameters<typeof http.request>[2]) => ClientRequest;

export function ownRequests(endpoint: URL): SendOwn {
  const secure = endpoint.protocol === 'https:';
  const agentOptions = { keepAlive: true, maxSockets: 1 };
  const agent = secure ? new https.Agent(agentOptions) : new http.Agent(agentOptions);
  ownAgents.add(agent);
  const send = requestOver[secure ? 'https:' : 'http:'];
  return (options, answered) =>
    send(endpoint, { ...options, agent }, answered).on('socket', (socket) => socket.unref());
}
