import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type Operation, operations, route } from '../../lib/contracts/routes.ts';
import { routeRequest } from '../../lib/local/gateway/request-event.ts';
import { createRouteTable } from '../../lib/local/gateway/route-table.ts';

const match = createRouteTable(
  operations.map((operation: Operation) => route(operation)),
  'platform-api',
);

export interface TestRequest {
  headers?: Record<string, string>;
  token?: string;
  /** Anything but text and bytes is sent as JSON. */
  body?: unknown;
}

let requests = 0;

/** The event that an HTTP API makes of a request: `eventOf('GET', '/v1/projects?limit=2', { token })`. */
export function eventOf(method: string, target: string, request: TestRequest = {}): APIGatewayProxyEventV2 {
  const { body, token } = request;
  const headers = {
    host: 'api.example.com',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...request.headers,
  };
  const routed = routeRequest(
    {
      method,
      target,
      rawHeaders: Object.entries(headers).flat(),
      body: bytesOf(body),
      protocol: 'HTTP/1.1',
      sourceIp: '192.0.2.1',
      port: 443,
      requestId: `request-${++requests}`,
      trace: 'Root=1-5759e988-bd862e3fe1be46a994272793',
      timeEpochMs: Date.parse('2026-01-31T02:00:00.000Z'),
    },
    match,
  );
  if (routed === undefined) throw new Error(`${target} cannot be decoded`);
  return routed.event;
}

function bytesOf(body: unknown): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  if (body instanceof Uint8Array) return Buffer.from(body);
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}
