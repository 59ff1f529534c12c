import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { ZodError } from 'zod';
import { type LoopbackServer, listenOnLoopback } from '../loopback-server.ts';
import { CloudWatchFailure } from './failure.ts';

/** Takes the parsed request of one operation and returns its answer, or throws CloudWatchFailure or ZodError. */
export type Operation = (input: unknown) => unknown;

/** AWS JSON 1.0, as the AWS SDK for JavaScript speaks with CloudWatch: the operation is in `X-Amz-Target`. */
export const serveOperations = (operations: ReadonlyMap<string, Operation>, port: number): Promise<LoopbackServer> =>
  listenOnLoopback((request, response) => {
    answer(operations, request).then(
      (output) => send(response, 200, output),
      (error: unknown) => sendFailure(response, error),
    );
  }, port);

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
