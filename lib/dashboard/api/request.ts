import { encodePathKey } from '../../contracts/path-key.ts';
import type { BytesBody } from '../../contracts/route.ts';
import type { CalledRoute } from './routes.evaluated.ts';

/** The parts of a call, as the types of the API have let them through. */
export interface Given {
  params?: Readonly<Record<string, unknown>> | undefined;
  query?: Readonly<Record<string, unknown>> | undefined;
  headers?: Readonly<Record<string, unknown>> | undefined;
  body?: unknown;
  idempotencyKey?: string;
  signal?: AbortSignal;
}

/** What `fetch` is given for a call. Work that is started gets a key, so that a browser that sends it twice starts it once. */
export function requestOf(
  route: CalledRoute,
  { params = {}, query = {}, headers: own = {}, body, idempotencyKey }: Given,
  token: string | undefined,
): { url: string; init: RequestInit } {
  const headers = new Headers({ accept: 'application/json' });
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
  for (const [name, value] of Object.entries(own)) if (value !== undefined) headers.set(name, String(value));
  if (route.startsWork) headers.set('idempotency-key', idempotencyKey ?? crypto.randomUUID());
  const init: RequestInit = { method: route.method, headers };
  if (body !== undefined) {
    const { bytes, contentType = 'application/octet-stream' } = body as BytesBody;
    headers.set('content-type', route.takesBytes ? contentType : 'application/json');
    init.body = route.takesBytes ? new Uint8Array(bytes) : JSON.stringify(body);
  }
  return { url: `${pathOf(route, params)}${queryOf(query)}`, init };
}

function pathOf({ path, pathKey }: CalledRoute, params: Readonly<Record<string, unknown>>): string {
  return path.replace(/\{([^}+]+)(\+?)\}/g, (_, name: string, greedy: string) => {
    const value = String(params[name]);
    const text = name === pathKey ? encodePathKey(value) : value;
    return (greedy ? text.split('/') : [text]).map(encodeURIComponent).join('/');
  });
}

function queryOf(query: Readonly<Record<string, unknown>>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each !== undefined && each !== null) parameters.append(name, String(each));
    }
  }
  return parameters.size === 0 ? '' : `?${parameters}`;
}
