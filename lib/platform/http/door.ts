import middy, { type MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type { z } from 'zod';
import { projectOfNamespace } from '../../contracts/cache.ts';
import type { FunctionName } from '../../contracts/functions.ts';
import {
  type Operation,
  type OperationInput,
  type OperationsOf,
  operations,
  route,
  routeKey,
  type routes,
} from '../../contracts/routes.ts';
import { DomainError } from '../errors.ts';
import { KeyService } from '../keys/service.ts';
import { openOidc } from '../oidc/open.ts';
import type { Parts } from '../parts.ts';
import { compress, render } from './answer.ts';
import { authenticator, type Caller, requireProject, requireScope } from './authenticate.ts';
import { parseInput } from './input.ts';
import { domainErrorOf, problemContent, type RenderProblem } from './problem.ts';

export interface HttpRequest<Op extends Operation> extends OperationInput<Op> {
  /** Undefined on public routes only. */
  caller: (typeof routes)[Op]['scope'] extends 'public' ? undefined : Caller;
  /** Of a `POST` that starts work: the same key leads to the same work. */
  idempotencyKey: string | undefined;
}

type Answers<Op extends Operation> = (typeof routes)[Op]['answers'];

/** The answers that the contract of the operation allows. */
export type HttpAnswer<Op extends Operation> = {
  [Status in keyof Answers<Op>]: {
    status: Status;
    headers?: Record<string, string>;
  } & (Answers<Op>[Status] extends { body: infer Body extends z.ZodType }
    ? { body: z.output<Body> }
    : { body?: string | Uint8Array; contentType?: string });
}[keyof Answers<Op>];

export type Handlers<Name extends FunctionName> = {
  [Op in OperationsOf<Name>]: (request: HttpRequest<Op>) => Promise<HttpAnswer<Op>>;
};

type AnyHandler = (request: {
  params: unknown;
  query: unknown;
  headers: unknown;
  body: unknown;
  caller: Caller | undefined;
  idempotencyKey: string | undefined;
}) => Promise<{ status: number; headers?: Record<string, string>; body?: unknown; contentType?: string }>;

type Answer = APIGatewayProxyStructuredResultV2;
type Middleware = MiddlewareObj<APIGatewayProxyEventV2, Answer>;

/** The door of a function that serves operations of the HTTP API. @param renderProblem default: as problem+json */
export function httpDoor<Name extends FunctionName>(
  _name: Name,
  parts: Parts,
  handlers: Handlers<Name>,
  renderProblem: RenderProblem = (_error, content) => content,
): (event: APIGatewayProxyEventV2, context: Context) => Promise<Answer> {
  const served = new Map<string, { operation: Operation; handle: AnyHandler }>();
  for (const [operation, handle] of Object.entries(handlers)) {
    const known = operation as Operation;
    served.set(routeKey(route(known)), { operation: known, handle: handle as AnyHandler });
  }
  const authenticate = authenticator(new KeyService(parts), openOidc(parts)?.tokens, parts.clock);

  return middy<APIGatewayProxyEventV2, Answer>()
    .use([compressing, correlating(parts), metering(parts), problems(parts, renderProblem)])
    .handler(async (event) => {
      const match = served.get(event.routeKey);
      if (match === undefined) return unknownRoute(event);
      const definition = route(match.operation);
      const caller = definition.scope === 'public' ? undefined : await authenticate(event.headers.authorization);
      if (caller !== undefined && definition.scope !== 'public') {
        requireScope(caller, definition.scope);
        const project = projectOf(event);
        if (project !== undefined) requireProject(caller, project);
      }
      const answer = await match.handle({ ...parseInput(definition, event), caller });
      const declared = definition.answers[answer.status];
      return render({ contentType: declared?.contentType ?? 'application/json', ...answer });
    });
}

function projectOf({ pathParameters }: APIGatewayProxyEventV2): string | undefined {
  const { project, namespace } = pathParameters ?? {};
  return project ?? (namespace === undefined ? undefined : projectOfNamespace(namespace));
}

/** Answered under `$default`, so that also what no route matches is a problem that says so. */
function unknownRoute(event: APIGatewayProxyEventV2): Answer {
  const { rawPath, requestContext } = event;
  const correlationId = correlationIdOf(event);
  const allowed = operations.map(route).filter(({ path }) => pathMatches(path, rawPath));
  if (allowed.length === 0) {
    return render(problemContent(new DomainError('not-found', `There is nothing at ${rawPath}.`), correlationId));
  }
  const methods = allowed.map(({ method }) => method).join(', ');
  const detail = `${requestContext.http.method} is not possible here; ${methods} ${allowed.length === 1 ? 'is' : 'are'}.`;
  const answer = render(problemContent(new DomainError('method-not-allowed', detail), correlationId));
  return { ...answer, headers: { ...answer.headers, allow: methods } };
}

const pathMatches = (pattern: string, path: string): boolean => {
  const wanted = pattern.split('/');
  const given = path.split('/');
  const isGreedy = pattern.endsWith('+}');
  if (isGreedy ? given.length < wanted.length : given.length !== wanted.length) return false;
  return wanted.every((part, index) => part.startsWith('{') || part === given[index]);
};

/** What a caller wrote in a path is told to the metrics no further. */
const maxPropertyLength = 100;

const correlationIds = new WeakMap<object, string>();
const correlationIdOf = (event: APIGatewayProxyEventV2): string => correlationIds.get(event) ?? 'unknown';

const correlating = ({ log }: Parts): Middleware => {
  const tell: Middleware['after'] = ({ event, response }) => {
    if (response) response.headers = { ...response.headers, 'x-correlation-id': correlationIdOf(event) };
  };
  return {
    before: ({ event }) => {
      const given = event.headers['x-correlation-id'];
      const id = given !== undefined && /^[\w.:-]{1,100}$/.test(given) ? given : event.requestContext.requestId;
      correlationIds.set(event, id);
      log.forInvocation({ correlationId: id, route: event.routeKey });
    },
    after: tell,
    onError: tell,
  };
};

const problems = ({ log }: Parts, renderProblem: RenderProblem): Middleware => ({
  onError: (request) => {
    const error = domainErrorOf(request.error);
    if (error.code === 'internal' || error.code === 'unavailable') {
      log.error('A request failed', { code: error.code, error: error.cause });
    }
    const content = problemContent(error, correlationIdOf(request.event));
    request.response = render(renderProblem(error, content, request.event));
  },
});

const metering = ({ meter, clock }: Parts): Middleware => {
  const started = new WeakMap<object, number>();
  const record: Middleware['after'] = ({ event, response }) => {
    const statusCode = response?.statusCode ?? 500;
    meter.count('Requests');
    if (statusCode >= 500) meter.count('ServerErrors');
    meter.milliseconds('Latency', Math.max(0, clock() - (started.get(event) ?? clock())));
    const { routeKey: asked, pathParameters: { namespace } = {} } = event;
    const told = namespace === undefined ? {} : { namespace: namespace.slice(0, maxPropertyLength) };
    meter.flush({ route: asked, status: String(statusCode), correlationId: correlationIdOf(event), ...told });
  };
  return {
    before: ({ event }) => {
      started.set(event, clock());
    },
    after: record,
    onError: record,
  };
};

const compressing: Middleware = {
  after: (request) => {
    if (request.response) request.response = compress(request.response, request.event.headers['accept-encoding']);
  },
};
