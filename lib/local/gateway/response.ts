import type { InvocationResult } from '../lambda/hosted-instance.ts';

export interface GatewayResponse {
  status: number;
  /** Name and value; `set-cookie` may come several times. */
  headers: [name: string, value: string][];
  body: Buffer;
}

/** What API Gateway answers by itself. */
export const gatewayError = (status: number, message: string): GatewayResponse => ({
  status,
  headers: [['content-type', 'application/json']],
  body: Buffer.from(JSON.stringify({ message })),
});

export const internalServerError = (): GatewayResponse => gatewayError(500, 'Internal Server Error');
export const serviceUnavailable = (): GatewayResponse => gatewayError(503, 'Service Unavailable');

/** Headers that API Gateway sets by itself and takes from nobody. */
const reserved = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding', 'upgrade']);

/**
 * The response that an HTTP API makes of what a function answered, payload format 2.0: an object with a `statusCode` is
 * the response, anything else is the JSON body of a 200.
 */
export function responseOf(result: InvocationResult): GatewayResponse {
  if (!result.ok) {
    if (result.refused && result.errorType === 'TooManyRequestsException') return serviceUnavailable();
    if (result.refused && result.errorType === 'RequestTooLargeException') return gatewayError(413, 'Request Too Long');
    return internalServerError();
  }
  const { payload } = result;
  if (!isRecord(payload) || payload.statusCode === undefined) return inferred(payload);
  const { statusCode, headers = {}, cookies = [], body = '', isBase64Encoded = false } = payload;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599) return internalServerError();
  if (!isRecord(headers) || !Array.isArray(cookies) || typeof body !== 'string') return internalServerError();
  const own = Object.entries(headers)
    .map(([name, value]): [string, string] => [name.toLowerCase(), String(value)])
    .filter(([name]) => !reserved.has(name));
  if (body !== '' && !own.some(([name]) => name === 'content-type')) {
    own.push(['content-type', 'text/plain;charset=UTF-8']);
  }
  return {
    status,
    headers: [...own, ...cookies.map((cookie): [string, string] => ['set-cookie', String(cookie)])],
    body: Buffer.from(body, isBase64Encoded === true ? 'base64' : 'utf8'),
  };
}

const inferred = (payload: unknown): GatewayResponse => ({
  status: 200,
  headers: [['content-type', 'application/json']],
  body: Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)),
});

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
