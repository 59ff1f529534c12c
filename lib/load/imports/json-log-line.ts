import { isObject, type JsonObject, textOf } from './json-values.ts';
import { type LoggedRequest, numberOf, parseRequestLine, timeMsOf } from './log-line.ts';

/**
 * How nginx (by its variables), Caddy, Traefik, Envoy, Apache, Amazon API Gateway, Google Cloud, the Elastic Common Schema
 * and loggers of Node call these. A dot stands in the name itself, or leads into an object.
 */
const fields = {
  method: [
    'method',
    'request_method',
    'request.method',
    'req.method',
    'http.request.method',
    'httpMethod',
    'http_method',
    'httpRequest.requestMethod',
    'RequestMethod',
    'requestMethod',
    'verb',
  ],
  target: [
    'request_uri',
    'uri',
    'request.uri',
    'originalUrl',
    'req.originalUrl',
    'req.url',
    'request.url',
    'url.original',
    'httpRequest.requestUrl',
    'RequestPath',
    'requestUrl',
    'url',
    'path',
    'request.path',
    'url.path',
    'http.url',
  ],
  query: ['args', 'query_string', 'queryString', 'url.query'],
  status: [
    'status',
    'status_code',
    'statusCode',
    'response.status',
    'res.statusCode',
    'res.status',
    'response_code',
    'http.response.status_code',
    'httpRequest.status',
    'DownstreamStatus',
  ],
  time: [
    'time',
    'timestamp',
    '@timestamp',
    'ts',
    'time_iso8601',
    'time_local',
    'msec',
    'StartUTC',
    'start_time',
    'requestTimeEpoch',
    'requestTime',
    'date',
  ],
  userAgent: ['http_user_agent', 'user_agent', 'userAgent', 'user_agent.original', 'httpRequest.userAgent'],
} as const;

/** A line that is a JSON object. @returns undefined where it names no request */
export function parseJsonLine(line: string): LoggedRequest | undefined {
  const record = objectOf(line);
  if (record === undefined) return undefined;
  const method = firstOf(record, fields.method, textOf);
  const target = firstOf(record, fields.target, textOf);
  const sent = method === undefined || target === undefined ? requestLineOf(record) : { method, target };
  if (sent === undefined) return undefined;
  const query = firstOf(record, fields.query, textOf);
  return {
    method: sent.method,
    target: query && !sent.target.includes('?') ? `${sent.target}?${query}` : sent.target,
    status: firstOf(record, fields.status, numberOf),
    timeMs: firstOf(record, fields.time, timeMsOf),
    userAgent: firstOf(record, fields.userAgent, textOf),
  };
}

function requestLineOf({ request }: JsonObject): Pick<LoggedRequest, 'method' | 'target'> | undefined {
  return typeof request === 'string' ? parseRequestLine(request) : undefined;
}

function objectOf(line: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function firstOf<Value>(
  record: JsonObject,
  names: readonly string[],
  read: (value: unknown) => Value | undefined,
): Value | undefined {
  for (const name of names) {
    const value = read(valueAt(record, name));
    if (value !== undefined) return value;
  }
  return undefined;
}

function valueAt(record: JsonObject, name: string): unknown {
  if (Object.hasOwn(record, name)) return record[name];
  let at: unknown = record;
  for (const part of name.split('.')) {
    if (!isObject(at) || !Object.hasOwn(at, part)) return undefined;
    at = at[part];
  }
  return at;
}
