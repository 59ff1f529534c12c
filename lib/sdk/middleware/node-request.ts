import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { CacheableRequest } from './cacheable-request.ts';

const textOf = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value.join(', ') : value;

/** A session or a user that a middleware before has put there (Passport and its like). */
const hasUser = (request: object): boolean => 'user' in request && request.user !== undefined && request.user !== null;

const hasClientCertificate = (socket: object | null): boolean =>
  socket !== null && 'authorized' in socket && socket.authorized === true;

/**
 * @param target path and query; frameworks that cut off what they have mounted keep the whole elsewhere than in `url`
 * @param isAuthenticated a framework knows who asks
 */
export function requestOfNode(
  incoming: IncomingMessage,
  target: string = incoming.url ?? '/',
  isAuthenticated = false,
): CacheableRequest {
  const { headers } = incoming;
  return {
    method: incoming.method ?? 'GET',
    target,
    header: (name) => textOf(headers[name]),
    hasBody: headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0,
    isAuthenticated: isAuthenticated || hasUser(incoming) || hasClientCertificate(incoming.socket),
  };
}

/** Leaves the handler only what it is to see. */
export function showOnly(headers: IncomingHttpHeaders, shown: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(shown)) {
    if (value === undefined) delete headers[name];
    else headers[name] = value;
  }
}
