// What Lambda's runtime for Node.js does, as far as handlers can tell: it loads the one that `_HANDLER` names, asks the runtime API
// for events, and tells it how each ended. There is no package of the real one that is not a native addon.
import { existsSync } from 'node:fs';
import http from 'node:http';
import { basename, dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

type Handler = (...args: unknown[]) => unknown;

const { AWS_LAMBDA_RUNTIME_API, _HANDLER = '', LAMBDA_TASK_ROOT = '', RUNTIME_TAKES_CALLBACKS } = process.env;
const streaming = Symbol.for('aws.lambda.runtime.handler.streaming');
// The host's own view of `http`, before anything is watched.
const { request } = http;

interface Answer {
  headers: http.IncomingHttpHeaders;
  body: string;
}

const call = (method: string, path: string, body = ''): Promise<Answer> =>
  new Promise((done, fail) => {
    const url = `http://${AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/${path}`;
    const sent = request(url, { method, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => done({ headers: response.headers, body: text }));
    });
    sent.on('error', fail);
    sent.end(body);
  });

const shownError = (error: unknown): string =>
  JSON.stringify({ errorMessage: error instanceof Error ? error.message : String(error) });

class ResponseStream {
  body = '';
  write(text: string): void {
    this.body += text;
  }
  end(text = ''): void {
    this.body += text;
  }
}

Object.assign(globalThis, {
  awslambda: {
    streamifyResponse: (handler: Handler) => Object.assign(handler, { [streaming]: 'response' }),
    HttpResponseStream: { from: (stream: object, _metadata: unknown) => stream },
  },
});

async function load(): Promise<Handler> {
  const [, module = '', name = ''] = /^([^.]*)\.(.*)$/.exec(basename(_HANDLER)) ?? [];
  const file = resolve(LAMBDA_TASK_ROOT, dirname(_HANDLER), module);
  const found = ['.js', '.mjs', '.cjs', '.ts'].map((extension) => file + extension).find((path) => existsSync(path));
  if (found === undefined) throw new Error(`no module ${file}`);
  const loaded: Record<string, Handler> & { default?: Record<string, Handler> } = await import(
    pathToFileURL(found).href
  );
  const handler = loaded[name] ?? loaded.default?.[name];
  if (handler === undefined) throw new Error(`no handler ${_HANDLER}`);
  return handler;
}

/** Node.js 24 takes promises alone; before, a callback ends an invocation too, and so does having nothing left to do. */
function answerOf(handler: Handler, event: unknown, context: object): Promise<unknown> {
  if (streaming in handler) {
    const stream = new ResponseStream();
    return Promise.resolve(handler(event, stream, context)).then(() => stream.body);
  }
  if (RUNTIME_TAKES_CALLBACKS === undefined) return Promise.resolve().then(() => handler(event, context));
  return new Promise((done, fail) => {
    const callback = (error: unknown, result: unknown): void => (error ? fail(error) : done(result));
    const idle = (): void => done(null);
    process.once('beforeExit', idle);
    const withMethods = { ...context, done: callback, succeed: (result: unknown) => done(result), fail };
    const result = handler(event, withMethods, callback);
    if (result instanceof Promise) result.then(done, fail);
  });
}

async function run(): Promise<void> {
  const handler = await load();
  for (;;) {
    const { headers, body } = await call('GET', 'invocation/next');
    const id = String(headers['lambda-runtime-aws-request-id']);
    const deadlineMs = Number(headers['lambda-runtime-deadline-ms']);
    const context = {
      awsRequestId: id,
      functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
      memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
      getRemainingTimeInMillis: () => deadlineMs - Date.now(),
    };
    const [path, answer] = await answerOf(handler, JSON.parse(body), context).then(
      (result) => [`invocation/${id}/response`, JSON.stringify(result ?? null)] as const,
      (error: unknown) => [`invocation/${id}/error`, shownError(error)] as const,
    );
    await call('POST', path, answer);
  }
}

run().catch((error: unknown) => call('POST', 'init/error', shownError(error)).finally(() => process.exit(1)));
