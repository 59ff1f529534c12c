import { randomBytes } from 'node:crypto';
import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { FunctionName } from '../../contracts/functions.ts';
import type { InvocationResult } from '../lambda/hosted-instance.ts';
import { newTrace, traceInvocation } from '../lambda/trace.ts';
import { type GatewayRequest, routeRequest } from './request-event.ts';
import { type GatewayResponse, gatewayError, internalServerError, responseOf, serviceUnavailable } from './response.ts';
import type { MatchRoute } from './route-table.ts';

const integrationTimeoutMs = 30_000;

export interface Integration {
  match: MatchRoute;
  invoke: (name: FunctionName, event: APIGatewayProxyEventV2, trace: string) => Promise<InvocationResult>;
  integrationTimeoutMs?: number;
}

/** A request as it came, whole. */
export type ReceivedRequest = Omit<GatewayRequest, 'requestId' | 'trace' | 'timeEpochMs'>;

/** What an HTTP API does with a request that is within its limits: the event, the invocation and the response. */
export async function answerRequest(request: ReceivedRequest, integration: Integration): Promise<GatewayResponse> {
  const timeEpochMs = Date.now();
  const trace = newTrace(timeEpochMs);
  const requestId = randomBytes(11).toString('base64');
  const routed = routeRequest({ ...request, requestId, trace, timeEpochMs }, integration.match);
  if (routed === undefined) return gatewayError(400, 'Bad Request');
  const { promise: late, resolve } = Promise.withResolvers<GatewayResponse>();
  const timer = setTimeout(
    () => resolve(serviceUnavailable()),
    integration.integrationTimeoutMs ?? integrationTimeoutMs,
  );
  // As on AWS, a function goes on after its client was told that it took too long.
  const invoked = integration.invoke(routed.function, routed.event, traceInvocation(trace, routed.function).trace);
  const answer = await Promise.race([invoked.then(responseOf), late]);
  clearTimeout(timer);
  const sent = answer.headers.every(isAllowed) ? answer : internalServerError();
  sent.headers.push(['apigw-requestid', requestId]);
  return sent;
}

function isAllowed([name, value]: [string, string]): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}
