import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { ZodError } from 'zod';
import { CloudWatchFailure } from './failure.ts';

/** Takes the parsed request of one operation and returns its answer, or throws CloudWatchFailure or ZodError. */
export type Operation = (input: unknown) => unknown;

export interface WireServer {
  readonly endpoint: string;
  close(): Promise<void>;
}

/** AWS JSON 1.0, as the AWS SDK for JavaScript speaks with CloudWatch: the operation is in `X-Amz-Target`. */
export async function serveOperations(operations: ReadonlyMap<string, Operation>, port: number): Promise<WireServer> {
  const server = createServer((request, response) => {
    answer(operations, request).then(
      (output) => send(response, 200, output),
      (error: unknown) => sendFailure(response, error),
    );
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  let closing: Promise<void> | undefined;
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      closing ??= new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      return closing;
    },
  };
}

async function answer(operations: ReadonlyMap<string, Operation>, request: IncomingMessage): Promise<unknown> {
  const body = await buffer(request);
  const name = String(request.headers['x-amz-target'] ?? '').split('.')[1] ?? '';
  const operation = operations.get(name);
  if (operation === undefined) {
    throw new CloudWatchFailure('InvalidAction', 400, `The operation ${name} is not known here.`);
  }
  return operation(parse(request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body));
}

function parse(body: Buffer): unknown {
  try {
    return body.length === 0 ? {} : JSON.parse(body.toString());
  } catch {
    throw new CloudWatchFailure('SerializationException', 400, 'The request is no JSON.');
  }
}

function send(response: ServerResponse, status: number, output: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.0',
    'x-amzn-requestid': randomUUID(),
    ...headers,
  });
  response.end(JSON.stringify(output));
}

function sendFailure(response: ServerResponse, error: unknown): void {
  const { code, status, message } = failureOf(error);
  const sender = status < 500 ? 'Sender' : 'Receiver';
  const body = { __type: `com.amazonaws.cloudwatch#${code}`, message };
  send(response, status, body, { 'x-amzn-query-error': `${code};${sender}` });
}

function failureOf(error: unknown): CloudWatchFailure {
  if (error instanceof CloudWatchFailure) return error;
  if (error instanceof ZodError) {
    const issues = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    return new CloudWatchFailure('InvalidParameterValue', 400, issues.join('; '));
  }
  return new CloudWatchFailure('InternalServiceFault', 500, error instanceof Error ? error.message : String(error));
}
