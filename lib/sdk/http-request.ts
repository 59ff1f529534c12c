import type { Route } from '../contracts/route.ts';

/** The parts of a call, as the caller gave them. */
export interface CallParts {
  readonly params?: Readonly<Record<string, unknown>> | undefined;
  readonly query?: Readonly<Record<string, unknown>> | undefined;
  readonly body?: unknown;
  readonly idempotencyKey?: string | undefined;
}

/** @throws TypeError when a parameter of the path is missing: the call was not written against the types */
function pathOf(template: string, params: CallParts['params'] = {}): string {
  return template.replace(/\{([^}+]+)(\+?)\}/g, (_, name: string, greedy: string) => {
    const value = params[name];
    if (value === undefined || value === null || value === '') throw new TypeError(`The parameter ${name} is missing.`);
    const segments = greedy ? String(value).split('/') : [String(value)];
    return segments.map(encodeURIComponent).join('/');
  });
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
  { method, path }: Pick<Route, 'method' | 'path'>,
  { params, query, body, idempotencyKey }: CallParts,
): { url: string; init: RequestInit } {
  const headers: Record<string, string> = { accept: 'application/json', authorization: `Bearer ${apiKey}` };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (idempotencyKey !== undefined) headers['idempotency-key'] = idempotencyKey;
  return {
    url: `${base}${pathOf(path, params)}${queryOf(query)}`,
    init: { method, headers, redirect: 'manual', ...(body !== undefined && { body: JSON.stringify(body) }) },
  };
}
