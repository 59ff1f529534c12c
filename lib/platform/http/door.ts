import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type { z } from 'zod';
import type { FunctionName } from '../../contracts/functions.ts';
import type { Route } from '../../contracts/route.ts';
import {
  type Operation,
  type OperationInput,
  type OperationsOf,
  route,
  routeKey,
  type routes,
} from '../../contracts/routes.ts';
import type { Parts } from '../parts.ts';
import { Admission, refusalOf } from './admission.ts';
import { render } from './answer.ts';
import { Auditing, isChange } from './auditing.ts';
import type { Caller } from './authenticate.ts';
import { requireEdge } from './entrance.ts';
import { parseInput } from './input.ts';
import { compressing, correlating, metering, problems } from './middlewares.ts';
import type { RenderProblem } from './problem.ts';
import { unknownRoute } from './unknown-route.ts';

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
    /** For the trail: the projects of what was changed, where neither path nor body name them. Absent: it is of the deployment. */
    concerns?: readonly string[] | undefined;
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
}) => Promise<{
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
  contentType?: string;
  concerns?: readonly string[] | undefined;
}>;

interface Served {
  operation: Operation;
  handle: AnyHandler;
}

type Answer = APIGatewayProxyStructuredResultV2;

/** The door of a function that serves operations of the HTTP API. @param renderProblem default: as problem+json */
export function httpDoor<Name extends FunctionName>(
  _name: Name,
  parts: Parts,
  handlers: Handlers<Name>,
  renderProblem: RenderProblem = (_error, content) => content,
): (event: APIGatewayProxyEventV2, context: Context) => Promise<Answer> {
  const served = new Map<string, Served>();
  for (const [operation, handle] of Object.entries(handlers)) {
    const known = operation as Operation;
    served.set(routeKey(route(known)), { operation: known, handle: handle as AnyHandler });
  }
  const admission = new Admission(parts);
  const auditing = new Auditing(parts);

  const answerTo = async (event: APIGatewayProxyEventV2, definition: Route, { operation, handle }: Served) => {
    const { scope } = definition;
    if (scope === 'public') return handle({ ...parseInput(definition, event), caller: undefined });
    const caller = await admission.identify(event, definition);
    const deed = { event, operation, caller };
    const refusal = refusalOf(caller, scope, event);
    if (refusal !== undefined) {
      if (isChange(definition)) await auditing.refused(deed, refusal);
      throw refusal;
    }
    const input = parseInput(definition, event);
    const make = () => handle({ ...input, caller });
    return isChange(definition) ? auditing.around({ ...deed, input }, make) : make();
  };

  return middy<APIGatewayProxyEventV2, Answer>()
    .use([compressing, correlating(parts), metering(parts), problems(parts, renderProblem)])
    .handler(async (event) => {
      requireEdge(event, parts.configuration.edgeSecret);
      const match = served.get(event.routeKey);
      if (match === undefined) return unknownRoute(event);
      const definition = route(match.operation);
      const answer = await answerTo(event, definition, match);
      const declared = definition.answers[answer.status];
      return render({ contentType: declared?.contentType ?? 'application/json', ...answer });
    });
}
