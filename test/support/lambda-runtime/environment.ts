import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** How an invocation ended. */
export type Ended = { result: unknown } | { error: string };

interface Event {
  readonly body: string;
  readonly timeoutMs: number;
  readonly settle: (ended: Ended) => void;
}

const bootstrap = fileURLToPath(new URL('./bootstrap.ts', import.meta.url));
const repository = fileURLToPath(new URL('../../..', import.meta.url));

/** Lambda's runtime API over HTTP, and one environment that asks it for events: a process that can be frozen. */
export class LambdaEnvironment {
  readonly child: ChildProcess;
  readonly exit: Promise<unknown>;
  readonly #server: Server;
  readonly #events: Event[] = [];
  readonly #running = new Map<string, Event>();
  #waiting: ServerResponse | undefined;
  #count = 0;
  #output = '';
  #initError: string | undefined;

  private constructor(server: Server, environment: NodeJS.ProcessEnv) {
    this.#server = server;
    server.on('request', (request, response) => void this.#answer(request, response));
    const { AWS_LAMBDA_EXEC_WRAPPER: wrapper } = environment;
    const command = [...(wrapper ? [wrapper] : []), process.execPath, '--conditions=headroom-source', bootstrap];
    const [program = '', ...args] = command;
    this.child = spawn(program, args, {
      cwd: repository,
      env: {
        PATH: process.env.PATH,
        AWS_LAMBDA_FUNCTION_NAME: 'shop',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
        AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
        ...environment,
        AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${(server.address() as AddressInfo).port}`,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk: string) => {
        this.#output += chunk;
      });
    }
    this.exit = once(this.child, 'close').then(([code, signal]) => {
      for (const { settle } of [...this.#running.values(), ...this.#events])
        settle({ error: `ended: ${this.#output}` });
      return code ?? signal;
    });
  }

  static async start(environment: NodeJS.ProcessEnv): Promise<LambdaEnvironment> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new LambdaEnvironment(server, environment);
  }

  get output(): string {
    return this.#output;
  }

  get initError(): string | undefined {
    return this.#initError;
  }

  /** One event after the other, as Lambda gives them. */
  invoke(event: unknown, timeoutMs = 10_000): Promise<Ended> {
    return new Promise((settle) => {
      this.#events.push({ body: JSON.stringify(event), timeoutMs, settle });
      this.#giveNext();
    });
  }

  /** As Lambda does between two events. */
  freeze(): void {
    this.child.kill('SIGSTOP');
  }

  thaw(): void {
    this.child.kill('SIGCONT');
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGKILL'): Promise<void> {
    this.child.kill(signal);
    await this.exit;
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const [, id = '', kind = ''] = /invocation\/(\w+)\/(\w+)$/.exec(request.url ?? '') ?? [];
    if (request.url?.endsWith('/invocation/next')) {
      this.#waiting = response;
      return this.#giveNext();
    }
    response.writeHead(202).end();
    if (request.url?.endsWith('/init/error')) this.#initError = JSON.parse(body).errorMessage;
    else
      this.#running
        .get(id)
        ?.settle(kind === 'error' ? { error: JSON.parse(body).errorMessage } : { result: JSON.parse(body) });
    this.#running.delete(id);
  }

  #giveNext(): void {
    const response = this.#waiting;
    const event = this.#events[0];
    if (response === undefined || event === undefined) return;
    this.#waiting = undefined;
    this.#events.shift();
    const id = `request${++this.#count}`;
    this.#running.set(id, event);
    response
      .writeHead(200, {
        'lambda-runtime-aws-request-id': id,
        'lambda-runtime-deadline-ms': Date.now() + event.timeoutMs,
      })
      .end(event.body);
  }
}
