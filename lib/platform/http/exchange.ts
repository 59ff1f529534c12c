import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** What is known of a request beside its event, from its beginning to its answer. */
export interface Exchange {
  readonly correlationId: string;
  /** In epoch milliseconds. */
  readonly startedAt: number;
  /** Of its answer, whatever that is; in small letters. */
  headers: Readonly<Record<string, string>>;
}

const exchanges = new WeakMap<APIGatewayProxyEventV2, Exchange>();

export function beginExchange(event: APIGatewayProxyEventV2, startedAt: number): Exchange {
  const given = event.headers['x-correlation-id'];
  const isUsable = given !== undefined && /^[\w.:-]{1,100}$/.test(given);
  const correlationId = isUsable ? given : event.requestContext.requestId;
  const exchange = { correlationId, startedAt, headers: { 'x-correlation-id': correlationId } };
  exchanges.set(event, exchange);
  return exchange;
}

export function exchangeOf(event: APIGatewayProxyEventV2): Exchange {
  const exchange = exchanges.get(event);
  if (exchange === undefined) throw new Error('The exchange was never begun');
  return exchange;
}
