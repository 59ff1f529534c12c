import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { type LoopbackServer, listenOnLoopback } from '../../../lib/local/emulators/loopback-server.ts';

/** An error of a service, by the code and the status that it answers with. */
export class ServiceFailure extends Error {
  readonly code: string;
  readonly status: number;

  /** The text names what must never be told on, as those of AWS do. */
  constructor(code: string, status = 400, message = `User: ${unspeakable} is not to be told on`) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** Stands in the texts of errors. What Headroom answers must never hold it. */
export const unspeakable = 'arn:aws:iam::123456789012:role/internal-role';

export interface WireRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

export interface WireAnswer {
  status: number;
  headers?: Record<string, string>;
  body: string | Buffer;
}

/** One call as the double understood it. */
export interface Operation {
  name: string;
  input: Record<string, unknown>;
  run: () => unknown;
}

/** How a service's operations and errors look on the wire. */
export interface Protocol {
  /** @throws ServiceFailure where it is none of the double's operations */
  read(request: WireRequest): Operation;
  answer(operation: string, output: unknown): WireAnswer;
  failure(failure: ServiceFailure): WireAnswer;
}

export interface Call {
  operation: string;
  input: Record<string, unknown>;
}

interface PlannedFailure {
  operation: string;
  failure: ServiceFailure;
  left: number;
}

/** One service over real HTTP, with state, which counts what it is asked and can be made to fail. */
export class Double {
  /** What it was asked, in order, those that failed included. */
  readonly calls: Call[];
  /** Told of each call that is to change something. */
  onChange: (call: Call) => void = () => {};
  readonly #server: LoopbackServer;
  readonly #failures: PlannedFailure[];

  private constructor(server: LoopbackServer, calls: Call[], failures: PlannedFailure[]) {
    this.#server = server;
    this.calls = calls;
    this.#failures = failures;
  }

  static async start(protocol: Protocol): Promise<Double> {
    const calls: Call[] = [];
    const failures: PlannedFailure[] = [];
    const run = (operation: Operation): unknown => {
      const call = { operation: operation.name, input: operation.input };
      calls.push(call);
      if (changesSomething(call)) double.onChange(call);
      const planned = failures.find(({ operation: name, left }) => name === operation.name && left > 0);
      if (planned !== undefined) {
        planned.left--;
        throw planned.failure;
      }
      return operation.run();
    };
    const server = await listenOnLoopback((request, response) => {
      received(request)
        .then((one) => {
          const operation = protocol.read(one);
          return protocol.answer(operation.name, run(operation));
        })
        .catch((error: unknown) =>
          protocol.failure(
            error instanceof ServiceFailure ? error : new ServiceFailure('InternalFailure', 500, String(error)),
          ),
        )
        .then(({ status, headers, body }) => {
          response.writeHead(status, { 'x-amzn-requestid': 'double', ...headers });
          response.end(body);
        });
    }, 0);
    const double = new Double(server, calls, failures);
    return double;
  }

  get endpoint(): string {
    return this.#server.endpoint;
  }

  /** The next `times` calls of the operation are answered so, before they change anything. */
  fail(operation: string, code: string, { status = 400, times = 1 } = {}): void {
    this.#failures.push({ operation, failure: new ServiceFailure(code, status), left: times });
  }

  /** Calls that were to change something, in order. */
  get changes(): Call[] {
    return this.calls.filter(changesSomething);
  }

  forget(): void {
    this.calls.length = 0;
    this.#failures.length = 0;
  }

  stop(): Promise<void> {
    return this.#server.close();
  }
}

const changesSomething = ({ operation }: Call): boolean => !/^(Get|List|Describe|Filter)/.test(operation);

async function received(request: IncomingMessage): Promise<WireRequest> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://double');
  const body = await buffer(request);
  return {
    method: request.method ?? 'GET',
    path: pathname,
    query: searchParams,
    headers: request.headers,
    body: request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body,
  };
}
