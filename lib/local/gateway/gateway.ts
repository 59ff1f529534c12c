import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerRequest, type Integration } from './answer-request.ts';
import { readBody } from './read-body.ts';
import { type GatewayResponse, gatewayError } from './response.ts';

/** Quotas of an HTTP API, which cannot be raised. */
const maxBodyBytes = 10 * 1024 * 1024;
/** Of the request line and the headers, names and values. */
const maxHeadBytes = 10_240;
/** Longer than clients keep a connection, so that none is closed just as a request comes in on it. */
const keepAliveTimeoutMs = 75_000;

export interface GatewayOptions extends Integration {
  /** 0: one that is free. */
  port: number;
}

export interface Gateway {
  /** `http://127.0.0.1:4040` */
  url: string;
  /** Takes no new request and resolves when those under way are answered, at the latest after `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

/** The message is one sentence for the terminal. */
export class PortInUseError extends Error {
  override readonly name = 'PortInUseError';
  readonly port: number;

  constructor(port: number, cause: unknown) {
    super(`Port ${port} is in use: stop what listens there, or choose another port.`, { cause });
    this.port = port;
  }
}

// Larger than the quota, so that it is we who answer beyond it.
const serverOptions = { maxHeaderSize: 64 * 1024, requestTimeout: 0, keepAliveTimeout: keepAliveTimeoutMs };

/**
 * An HTTP server that speaks as an HTTP API of API Gateway does: the same events, limits and errors.
 * @throws PortInUseError
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  let stopping = false;
  const server = createServer(serverOptions, async (request, response) => {
    try {
      const answer = await answerTo(request, options, portOf(server));
      respond(response, answer, stopping);
    } catch {
      // Only a client that left while it was still sending comes here.
      response.destroy();
    }
  });
  server.listen(options.port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      throw new PortInUseError(options.port, error);
    }
    throw error;
  }
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    async stop(graceMs) {
      stopping = true;
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      const force = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(force);
    },
  };
}

const portOf = (server: Server): number => (server.address() as AddressInfo | null)?.port ?? 0;

async function answerTo(request: IncomingMessage, options: GatewayOptions, port: number): Promise<GatewayResponse> {
  const { method = 'GET', url: target = '/' } = request;
  const headBytes = method.length + target.length + request.rawHeaders.reduce((sum, { length }) => sum + length, 0);
  if (headBytes > maxHeadBytes) return gatewayError(431, 'Request Header Fields Too Large');
  const body = await readBody(request, maxBodyBytes);
  if (body === undefined) return gatewayError(413, 'Request Entity Too Large');
  return answerRequest(
    {
      method,
      target,
      rawHeaders: request.rawHeaders,
      body,
      protocol: `HTTP/${request.httpVersion}`,
      sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
      port,
    },
    options,
  );
}

function respond(response: ServerResponse, answer: GatewayResponse, stopping: boolean): void {
  const { status, headers, body } = answer;
  for (const [name, value] of headers) response.appendHeader(name, value);
  if (stopping) response.setHeader('connection', 'close');
  const isHead = response.req.method === 'HEAD';
  // What a function leaves out of its answer to HEAD has a length that nobody knows.
  const isUnknown = status === 204 || status === 304 || (isHead && body.length === 0);
  if (!isUnknown) response.setHeader('content-length', body.length);
  response.writeHead(status);
  response.end(isHead ? undefined : body);
}
