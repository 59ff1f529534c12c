import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FunctionDefinition } from '../../../contracts/function-definition.ts';
import { readBody } from '../../gateway/read-body.ts';
import { functionArn } from '../../lambda/account.ts';
import type { FunctionHost } from '../../lambda/function-host.ts';
import { maxEventBytes, maxRequestBytes } from '../../lambda/limits.ts';
import { maxInvocationsInChain, newTrace, traceInvocation } from '../../lambda/trace.ts';
import type { Emulator } from '../emulator.ts';
import { listenOnLoopback } from '../loopback-server.ts';
import { type Answer, answerOf, exception, invocationAnswer } from './answer.ts';
import { createEventQueue, type EventQueue } from './event-queue.ts';

export interface ServedFunction {
  readonly host: Pick<FunctionHost, 'parallel' | 'invoke'>;
  readonly recursion: FunctionDefinition['recursion'];
}

export interface LambdaOptions {
  /** Default 0: a free one. */
  readonly port?: number;
  /** What became of events that nobody waits for. */
  readonly log: (line: string) => void;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

export interface Lambda extends Emulator {
  /** To be called once. The functions' own environment names the endpoint, so they cannot be there before it. */
  serve(functions: Readonly<Record<string, ServedFunction>>): void;
  /** Takes no more invocations, and gives up the events that are left after `graceMs`. */
  finish(graceMs: number): Promise<void>;
}

type Served = ServedFunction & { readonly events: EventQueue };

/** A name, or an ARN, whole or in part. */
const invocationPath =
  /^\/2015-03-31\/functions\/(?:arn:aws:lambda:[a-z0-9-]+:)?(?:\d{12}:)?(?:function:)?([\w-]+)(?::\$LATEST)?\/invocations$/;
const accountSettingsPath = /^\/2016-08-19\/account-settings\/?$/;

const invocationTypes = { RequestResponse: maxRequestBytes, Event: maxEventBytes } as const;
const isInvocationType = (type: string): type is keyof typeof invocationTypes => Object.hasOwn(invocationTypes, type);

/** The part of Lambda's API that the platform uses: to invoke functions, and to learn how many run at once. */
export async function startLambda({ port = 0, log, now = Date.now }: LambdaOptions): Promise<Lambda> {
  const functions = new Map<string, Served>();
  let isServing = false;

  const accountSettings = (): Answer => {
    // Here each function has instances of its own. No function runs more often at once than this.
    const most = Math.max(0, ...[...functions.values()].map(({ host }) => host.parallel));
    return answerOf(200, {
      AccountLimit: { ConcurrentExecutions: most, UnreservedConcurrentExecutions: most },
      AccountUsage: { FunctionCount: functions.size },
    });
  };

  const invoke = async (name: string, request: IncomingMessage): Promise<Answer> => {
    const type = String(request.headers['x-amz-invocation-type'] ?? 'RequestResponse');
    if (!isInvocationType(type)) {
      return exception('InvalidParameterValueException', `The invocation type ${type} is not known here.`);
    }
    const limit = invocationTypes[type];
    const body = await readBody(request, limit);
    if (body === undefined) {
      const message = `The payload is too large for the ${type} invocation type (limit ${limit} bytes)`;
      return exception('RequestTooLargeException', message);
    }
    const served = functions.get(name);
    if (served === undefined) {
      return exception('ResourceNotFoundException', `Function not found: ${functionArn(name)}`);
    }
    const event = parse(body);
    if (event === undefined) return exception('InvalidRequestContentException', 'The payload is no JSON.');
    const cause = String(request.headers['x-amzn-trace-id'] ?? newTrace(now()));
    const { trace, count } = traceInvocation(cause, name);
    if (count > maxInvocationsInChain && served.recursion === 'terminate') {
      const message = `A chain of events invoked ${name} ${maxInvocationsInChain} times and is taken for a loop.`;
      return exception('RecursiveInvocationException', message);
    }
    if (type === 'RequestResponse') return invocationAnswer(await served.host.invoke(event, { trace }));
    return served.events.accept(event, trace)
      ? answerOf(202)
      : exception('TooManyRequestsException', 'Too many events wait for this function.');
  };

  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const { method, url = '' } = request;
    const path = decodeURIComponent(url.split('?', 1)[0] ?? '');
    if (!isServing) return exception('ServiceException', 'The functions are not there.');
    if (method === 'GET' && accountSettingsPath.test(path)) return accountSettings();
    const name = invocationPath.exec(path)?.[1];
    if (method === 'POST' && name !== undefined) return invoke(name, request);
    return exception('UnknownOperationException', `${method} ${path} is not known here.`);
  };

  const server = await listenOnLoopback((request, response) => {
    answer(request)
      .catch((error: unknown) => exception('ServiceException', String(error)))
      .then(({ status, headers, body }) => {
        response.writeHead(status, {
          'content-type': 'application/json',
          'x-amzn-requestid': randomUUID(),
          ...headers,
        });
        response.end(body);
      });
  }, port);

  const finish = async (graceMs: number): Promise<void> => {
    isServing = false;
    await Promise.all([...functions.values()].map(({ events }) => events.stop(graceMs)));
  };
  return {
    endpoint: server.endpoint,
    serve(given) {
      for (const [name, one] of Object.entries(given)) {
        functions.set(name, { ...one, events: createEventQueue({ name, host: one.host, log, now }) });
      }
      isServing = true;
    },
    finish,
    async stop() {
      await finish(0);
      await server.close();
    },
  };
}

/** Undefined: no JSON. Lambda takes no payload for an empty object. */
function parse(body: Buffer): unknown {
  try {
    return body.length === 0 ? {} : JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
