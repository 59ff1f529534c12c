import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Parts } from '../parts.ts';
import { compress, render } from './answer.ts';
import { beginExchange, exchangeOf } from './exchange.ts';
import { domainErrorOf, problemContent, type RenderProblem } from './problem.ts';

type Middleware = MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>;

/** What a caller wrote in a path is told to the metrics no further. */
const maxPropertyLength = 100;

/** The first to see a request, and the last to see its answer, but for what compresses it. */
export const correlating = ({ log, clock }: Parts): Middleware => {
  const tell: Middleware['after'] = ({ event, response }) => {
    if (response) response.headers = { ...response.headers, ...exchangeOf(event).headers };
  };
  return {
    before: ({ event }) => {
      const { correlationId } = beginExchange(event, clock());
      log.forInvocation({ correlationId, route: event.routeKey });
    },
    after: tell,
    onError: tell,
  };
};

export const problems = ({ log }: Parts, renderProblem: RenderProblem): Middleware => ({
  onError: (request) => {
    const error = domainErrorOf(request.error);
    if (error.code === 'internal' || error.code === 'unavailable') {
      log.error('A request failed', { code: error.code, error: error.cause });
    }
    const content = problemContent(error, exchangeOf(request.event).correlationId);
    request.response = render(renderProblem(error, content, request.event));
  },
});

export const metering = ({ meter, clock }: Parts): Middleware => {
  const record: Middleware['after'] = ({ event, response }) => {
    const { correlationId, startedAt } = exchangeOf(event);
    const statusCode = response?.statusCode ?? 500;
    meter.count('Requests');
    if (statusCode >= 500) meter.count('ServerErrors');
    meter.milliseconds('Latency', Math.max(0, clock() - startedAt));
    const { routeKey: asked, pathParameters: { namespace } = {} } = event;
    const told = namespace === undefined ? {} : { namespace: namespace.slice(0, maxPropertyLength) };
    meter.flush({ route: asked, status: String(statusCode), correlationId, ...told });
  };
  return { after: record, onError: record };
};

export const compressing: Middleware = {
  after: (request) => {
    if (request.response) request.response = compress(request.response, request.event.headers['accept-encoding']);
  },
};
