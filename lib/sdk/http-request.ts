import { z } from 'zod';
import type { BytesBody, Route } from '../contracts/route.ts';
import { HeadroomError } from './headroom-error.ts';

/** The parts of a call, as the caller gave them. */
export interface CallParts {
  readonly params?: Readonly<Record<string, unknown>> | undefined;
  readonly query?: Readonly<Record<string, unknown>> | undefined;
  readonly headers?: Readonly<Record<string, unknown>> | undefined;
  readonly body?: unknown;
  readonly idempotencyKey?: string | undefined;
}

type CalledRoute = Pick<Route, 'method' | 'path' | 'params' | 'takesBytes'>;

/**
 * @throws TypeError when a parameter of the path is missing: the call was not written against the types
 * @throws HeadroomError `invalid-request` when it cannot stand in a path
 */
function pathOf({ path, params: schemas }: CalledRoute, params: CallParts['params'] = {}): string {
  return path.replace(/\{([^}+]+)(\+?)\}/g, (_, name: string, greedy: string) => {
    const value = params[name];
    if (value === undefined || value === null || value === '') throw new TypeError(`The parameter ${name} is missing.`);
    const text = inPath(name, schemas?.shape[name], String(value));
    const segments = greedy ? text.split('/') : [text];
    return segments.map(encodeURIComponent).join('/');
  });
}

/** Some parameters are written otherwise in a path, as their schemas say. */
function inPath(name: string, schema: unknown, value: string): string {
  if (!(schema instanceof z.ZodCodec)) return value;
  const encoded = z.safeEncode(schema, value);
  if (encoded.success) return String(encoded.data);
  const [issue] = encoded.error.issues;
  const fault = { path: `path.${name}`, message: issue?.message ?? 'cannot stand in a path' };
  throw new HeadroomError('invalid-request', `${fault.path}: ${fault.message}`, { errors: [fault] });
}

function queryOf(query: CallParts['query'] = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each !== undefined && each !== null) parameters.append(name, String(each));
    }
  }
  return parameters.size === 0 ? '' : `?${parameters}`;
}

/** What `fetch` is given for a call of the route. */
export function httpRequestOf(
  base: string,
  apiKey: string,
  route: CalledRoute,
  { params, query, headers: own = {}, body, idempotencyKey }: CallParts,
): { url: string; init: RequestInit } {
  const headers: Record<string, string> = { accept: 'application/json', authorization: `Bearer ${apiKey}` };
  for (const [name, value] of Object.entries(own)) if (value !== undefined) headers[name] = String(value);
  if (idempotencyKey !== undefined) headers['idempotency-key'] = idempotencyKey;
  const { content, contentType } = contentOf(route, body);
  if (contentType !== undefined) headers['content-type'] = contentType;
  return {
    url: `${base}${pathOf(route, params)}${queryOf(query)}`,
    init: { method: route.method, headers, redirect: 'manual', ...(content !== undefined && { body: content }) },
  };
}

function contentOf({ takesBytes }: CalledRoute, body: unknown): { content?: BodyInit; contentType?: string } {
  if (body === undefined) return {};
  if (!takesBytes) return { content: JSON.stringify(body), contentType: 'application/json' };
  const { bytes, contentType = 'application/octet-stream' } = body as BytesBody;
  // A view of no more than what is to be sent: `fetch` takes whole buffers only from their own kind.
  return { content: new Uint8Array(bytes), contentType };
}
