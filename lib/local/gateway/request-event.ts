import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { accountId } from '../lambda/account.ts';
import type { MatchRoute, RouteMatch } from './route-table.ts';

export interface GatewayRequest {
  method: string;
  /** As it stands in the request line. */
  target: string;
  /** Name, value, name, value, as Node gives them. */
  rawHeaders: readonly string[];
  body: Buffer;
  protocol: string;
  sourceIp: string;
  port: number;
  requestId: string;
  trace: string;
  timeEpochMs: number;
}

export interface RoutedRequest {
  function: RouteMatch['function'];
  event: APIGatewayProxyEventV2;
}

/** Headers of the connection, which end at API Gateway. */
const hopByHop = new Set(['connection', 'expect', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade']);

/**
 * Builds the event, payload format 2.0, that an HTTP API sends to Lambda.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 *
 * @returns undefined when the path cannot be decoded: API Gateway answers 400 itself
 */
export function routeRequest(request: GatewayRequest, match: MatchRoute): RoutedRequest | undefined {
  const [encodedPath = '/', ...rest] = request.target.split('?');
  const rawQueryString = rest.join('?');
  const rawPath = decodePath(encodedPath);
  if (rawPath === undefined) return undefined;
  const route = match(request.method, rawPath);
  const { headers, cookies } = collectHeaders(request);
  const query = collectQuery(rawQueryString);
  const host = headers.host ?? 'localhost';
  const isText = isTextType(headers['content-type']) && isPlain(headers['content-encoding']);
  const event: APIGatewayProxyEventV2 = {
    version: '2.0',
    routeKey: route.routeKey,
    rawPath,
    rawQueryString,
    ...(cookies.length === 0 ? {} : { cookies }),
    headers,
    ...(query === undefined ? {} : { queryStringParameters: query }),
    requestContext: {
      accountId,
      apiId: 'local',
      domainName: host,
      domainPrefix: host.split(/[.:]/)[0] ?? host,
      http: {
        method: request.method,
        path: rawPath,
        protocol: request.protocol,
        sourceIp: request.sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: request.requestId,
      routeKey: route.routeKey,
      stage: '$default',
      time: commonLogTime(request.timeEpochMs),
      timeEpoch: request.timeEpochMs,
    },
    ...(Object.keys(route.pathParameters).length === 0 ? {} : { pathParameters: route.pathParameters }),
    ...(request.body.length === 0 ? {} : { body: request.body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: request.body.length > 0 && !isText,
  };
  return { function: route.function, event };
}

/** An HTTP API decodes the path before it looks for a route, and loses what follows a decoded question mark. */
function decodePath(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded).split('?')[0] ?? '/';
  } catch {
    return undefined;
  }
}

function collectHeaders(request: GatewayRequest): { headers: Record<string, string>; cookies: string[] } {
  const values = new Map<string, string[]>();
  const cookies: string[] = [];
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    const name = (request.rawHeaders[index] ?? '').toLowerCase();
    const value = request.rawHeaders[index + 1] ?? '';
    if (hopByHop.has(name)) continue;
    if (name === 'cookie') cookies.push(...value.split(';').map((cookie) => cookie.trim()));
    else values.set(name, [...(values.get(name) ?? []), value]);
  }
  const forwardedFor = [...(values.get('x-forwarded-for') ?? []), request.sourceIp];
  values.set('x-forwarded-for', [forwardedFor.join(', ')]);
  values.set('x-forwarded-port', [String(request.port)]);
  values.set('x-forwarded-proto', ['http']);
  values.set('x-amzn-trace-id', [request.trace]);
  if (!values.has('content-length')) values.set('content-length', [String(request.body.length)]);
  const headers = Object.fromEntries([...values].map(([name, all]) => [name, all.join(',')]));
  return { headers, cookies: cookies.filter((cookie) => cookie !== '') };
}

function collectQuery(rawQueryString: string): Record<string, string> | undefined {
  if (rawQueryString === '') return undefined;
  const values = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(rawQueryString)) {
    values.set(name, [...(values.get(name) ?? []), value]);
  }
  return Object.fromEntries([...values].map(([name, all]) => [name, all.join(',')]));
}

/** What is compressed is no text, whatever it comes to. */
const isPlain = (contentEncoding = 'identity'): boolean => contentEncoding.trim().toLowerCase() === 'identity';

/** An HTTP API sends these as text and everything else, a form and a missing content type too, as base64. */
const isTextType = (contentType = ''): boolean =>
  /^(text\/.+|application\/(json|xml|javascript))$/.test(contentType.split(';')[0]?.trim().toLowerCase() ?? '');

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `12/Mar/2020:19:03:58 +0000` */
function commonLogTime(epochMs: number): string {
  const date = new Date(epochMs);
  const day = String(date.getUTCDate()).padStart(2, '0');
  return `${day}/${months[date.getUTCMonth()]}/${date.getUTCFullYear()}:${date.toISOString().slice(11, 19)} +0000`;
}
